"""``python -m mock_knock`` is the ``mock-knock`` command."""

from mock_knock.cli import main

if __name__ == "__main__":
    main()
