// Command etcd is the etcd server under its usual name (its own main package would be built as "server").
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
