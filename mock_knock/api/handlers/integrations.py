"""Tag `Integrations`: JSON-RPC for reverse ETL tools."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.world.warehouse_sync import RpcError, WarehouseSync


def processCensusRpcRequest(request: Request) -> dict[str, Any]:
    """POST /v1/integrations/census/custom-destination"""
    return _call(request, "census")


def processHightouchRpcRequest(request: Request) -> dict[str, Any]:
    """POST /v1/integrations/hightouch/embedded-destination"""
    return _call(request, "hightouch")


def _call(request: Request, tool: str) -> dict[str, Any]:
    body, world = request.body, request.world
    answer = {"jsonrpc": "2.0", "id": body["id"]}
    try:
        methods = WarehouseSync(world.audiences, tool)
        result = methods.call(body["method"], body.get("params", {}), world.now)
    except RpcError as error:
        # JSON-RPC has its errors inside a good answer; the tools look for them there.
        return {**answer, "error": {"code": error.code, "message": error.message}}
    return {**answer, "result": result}
