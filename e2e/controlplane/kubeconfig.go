package controlplane

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"corewarden/e2e/parts"
)

// adminName names the kubeconfig that has every right.
const adminName = "admin"

// tokenLifetime is how long a service account's kubeconfig works: longer than anybody
// leaves a cluster running.
const tokenLifetime = 30 * 24 * time.Hour

// writeKubeconfigs gives the administrator and the control plane's programs their
// credentials. The users and groups are those that RBAC's built-in roles are for.
func (c *Cluster) writeKubeconfigs(address netip.Addr, ports ports) error {
	if !address.IsValid() {
		address = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	c.server = clientcmdapi.Cluster{
		Server:                   "https://" + netip.AddrPortFrom(address, uint16(ports.apiServer)).String(),
		CertificateAuthorityData: c.pki.caPEM(),
	}
	for _, holder := range []struct{ name, user, group string }{
		{adminName, "kubernetes-admin", "system:masters"},
		{string(parts.KubeControllerManager), "system:kube-controller-manager", ""},
		{string(parts.KubeScheduler), "system:kube-scheduler", ""},
	} {
		if _, err := c.UserKubeconfig(holder.name, holder.user, holder.group); err != nil {
			return err
		}
	}
	admin, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig())
	if err != nil {
		return err
	}
	admin.QPS = -1 // no limit: tests poll
	c.admin = admin
	return nil
}

// UserKubeconfig returns the path of a kubeconfig, with the given name, that makes its holder
// the user. The group may be empty.
func (c *Cluster) UserKubeconfig(name, user, group string) (string, error) {
	certPEM, keyPEM, err := c.pki.issueClient(user, group)
	if err != nil {
		return "", fmt.Errorf("certificate of %s: %w", user, err)
	}
	return c.writeKubeconfig(name, clientcmdapi.AuthInfo{ClientCertificateData: certPEM, ClientKeyData: keyPEM})
}

// ServiceAccountKubeconfig returns the path of a kubeconfig that holds nothing but a
// token of the service account, good for 30 days. The service account must exist.
func (c *Cluster) ServiceAccountKubeconfig(ctx context.Context, namespace, name string) (string, error) {
	client, err := kubernetes.NewForConfig(c.admin)
	if err != nil {
		return "", err
	}
	seconds := int64(tokenLifetime.Seconds())
	request, err := client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds},
	}, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("token of service account %s/%s: %w", namespace, name, err)
	}
	return c.writeKubeconfig(namespace+"."+name, clientcmdapi.AuthInfo{Token: request.Status.Token})
}

// writeKubeconfig writes a kubeconfig for the cluster's API server.
func (c *Cluster) writeKubeconfig(name string, credentials clientcmdapi.AuthInfo) (string, error) {
	const cluster = "corewarden"
	config := clientcmdapi.NewConfig()
	config.Clusters[cluster] = &c.server
	config.AuthInfos[name] = &credentials
	config.Contexts[name] = &clientcmdapi.Context{Cluster: cluster, AuthInfo: name}
	config.CurrentContext = name
	path := c.kubeconfigPath(name)
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return "", fmt.Errorf("kubeconfig %s: %w", name, err)
	}
	return path, nil
}

func (c *Cluster) kubeconfigPath(name string) string { return c.path(name + ".kubeconfig") }
