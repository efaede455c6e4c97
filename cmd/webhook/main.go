// Command webhook is Corewarden in a cluster: the admission webhooks and the rollout
// controller, in one process of which any number of replicas may run. As `webhook certs` it
// keeps the certificates, where cert-manager does not.
package main

import (
	"fmt"
	"os"

	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	if err := run(ctrl.SetupSignalHandler(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "webhook:", err)
		os.Exit(1)
	}
}
