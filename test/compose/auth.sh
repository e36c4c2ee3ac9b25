#!/bin/sh
# Turns authentication on: root, and a user who may read /registry/ and nothing else. Passwords are test passwords.
# Reads etcdctl's variables for endpoint and certificates; done again, it changes nothing.
set -eu

until etcdctl --user root:root-test endpoint health; do sleep 1; done
if etcdctl --user root:root-test auth status | grep -qi "status: true"; then exit 0; fi

etcdctl user add root:root-test
etcdctl user grant-role root root
etcdctl role add reader
etcdctl role grant-permission reader read --prefix /registry/
etcdctl user add reader:reader-test
etcdctl user grant-role reader reader
etcdctl auth enable
