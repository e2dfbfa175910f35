"""Decisions as functions of what was observed and what is desired. Pure.

A child is created by POST when it is not there, so that an object of the same name which is not ours is never taken
over, and otherwise applied on the server's side under one field manager, but only when it drifted:

- its annotation `platerec.dev/rendered` is not the digest of what is rendered now (a field came, went or changed), or
- a rendered field has another value in the cluster, or is gone (somebody edited it by hand).

Fields that others added and we never rendered are theirs and stay. So reconciling twice writes once.
"""
