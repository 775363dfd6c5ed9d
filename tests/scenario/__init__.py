"""Stories that a person would tell, each number explained."""
