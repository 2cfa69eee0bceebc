"""The rules of urban grid management (网格化管理). Imports nothing but the standard library."""
