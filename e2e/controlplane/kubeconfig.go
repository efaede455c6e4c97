package controlplane

import (
	"context"
	"fmt"
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
func (c *Cluster) writeKubeconfigs(pki *pki, ports ports) error {
	c.server = clientcmdapi.Cluster{
		Server:                   "https://" + loopback(ports.apiServer),
		CertificateAuthorityData: pki.caPEM(),
	}
	for _, holder := range []struct{ name, user, group string }{
		{adminName, "kubernetes-admin", "system:masters"},
		{string(parts.KubeControllerManager), "system:kube-controller-manager", ""},
		{string(parts.KubeScheduler), "system:kube-scheduler", ""},
	} {
		certPEM, keyPEM, err := pki.issueClient(holder.user, holder.group)
		if err != nil {
			return fmt.Errorf("certificate of %s: %w", holder.user, err)
		}
		credentials := clientcmdapi.AuthInfo{ClientCertificateData: certPEM, ClientKeyData: keyPEM}
		if _, err := c.writeKubeconfig(holder.name, credentials); err != nil {
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
