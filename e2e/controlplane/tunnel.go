package controlplane

import (
	"fmt"
	"os"
)

// egress has the API server ask for every connection into the cluster at a Unix socket, as
// it asks Konnectivity: with HTTP CONNECT.
const egress = `apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: HTTPConnect
    transport:
      uds:
        udsName: %s
`

// tunnelArgs have the API server take Options.Tunnel.
func (c *Cluster) tunnelArgs(socket string) ([]string, error) {
	if socket == "" {
		return nil, nil
	}
	file := c.path("egress.yaml")
	return []string{"--egress-selector-config-file=" + file}, os.WriteFile(file, fmt.Appendf(nil, egress, socket), 0o600)
}
