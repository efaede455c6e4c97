package controlplane

import (
	"fmt"
	"os"

	"corewarden/e2e/parts"
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

// useTunnel has the API server take Options.Tunnel.
func (c *Cluster) useTunnel(socket string) error {
	if socket == "" {
		return nil
	}
	file := c.path("egress.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, egress, socket), 0o600); err != nil {
		return err
	}
	program := &c.processes[parts.KubeAPIServer].program
	program.Args = append(program.Args, "--egress-selector-config-file="+file)
	return nil
}
