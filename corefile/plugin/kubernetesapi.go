package plugin

import (
	"net/url"
	"strings"

	"corewarden/corefile"
)

// readEndpoint reads: endpoint URL.... Only the first counts.
func (k *kubernetesUse) readEndpoint() error {
	args := k.RemainingArgs()
	if len(args) == 0 {
		return k.argErr("endpoint URL")
	}
	if len(args) > 1 {
		k.warnf(len(args)-2, RuleIgnored, "CoreDNS uses only the first endpoint. Remove the others")
	}
	k.endpoint, k.endpointAt = args[0], k.position-(len(args)-1)
	return nil
}

// readTLS reads: tls CERT KEY CA, which count only beside an endpoint.
func (k *kubernetesUse) readTLS() error {
	args := k.RemainingArgs()
	if len(args) != 3 {
		return k.argErr("tls CERT KEY CA")
	}
	k.tls, k.tlsAt = args, k.position-2
	return nil
}

// readConfig reads: kubeconfig FILE [CONTEXT].
func (k *kubernetesUse) readConfig() error {
	args := k.RemainingArgs()
	if len(args) != 1 && len(args) != 2 {
		return k.argErr("kubeconfig FILE [CONTEXT]")
	}
	if k.kubeconfig, k.inCluster = args[0] != "", args[0] == ""; k.inCluster {
		return nil
	}
	return k.podFile(len(args)-1, args[0], "the kubeconfig")
}

// client checks how CoreDNS is to reach the API server. It does not wait for an answer.
func (k *kubernetesUse) client() error {
	switch {
	case k.kubeconfig:
		return nil
	case k.endpoint == "" || k.inCluster:
		k.warnf(k.backTo(0), RulePodNetwork, "the server starts only in a pod with a service account of the cluster; Corewarden cannot check this")
		return nil
	case !isServerURL(k.endpoint):
		return k.errorAt(k.backTo(k.endpointAt), RuleInvalidValue, "the endpoint %s is not a URL. Write for example %q", corefile.Quote(k.endpoint), "https://192.0.2.1:6443")
	case k.tls == nil:
		return nil
	case k.tls[0] != "" && k.tls[1] == "":
		return k.errorAt(k.backTo(k.tlsAt+1), RuleInvalidValue, "the certificate has no key. Add the key file")
	}
	for i, what := range []string{"the certificate", "the key", "the CA certificate"} {
		if k.tls[i] == "" {
			continue
		}
		if err := k.podFile(k.backTo(k.tlsAt+i), k.tls[i], what); err != nil {
			return err
		}
	}
	return nil
}

// isServerURL reports whether a Kubernetes client takes the text for the URL of an API
// server. It follows DefaultServerURL of k8s.io/client-go/rest.
func isServerURL(text string) bool {
	u, err := url.Parse(text)
	if err == nil && u.Scheme != "" && u.Host != "" {
		return true
	}
	u, err = url.Parse("https://" + text)
	return err == nil && (u.Path == "" || u.Path == "/")
}

// kubernetesLabels reads: labels EXPRESSION..., a label selector.
func (p *Parser) kubernetesLabels() error {
	name := p.Val()
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr(name + " EXPRESSION...")
	}
	text := strings.Join(args, " ")
	if err := checkSelector(text); err != nil {
		return p.errorAt(len(args)-1, RuleInvalidValue, "%s is not a label selector: %v. Write for example %q", corefile.Quote(text), err, "environment in (production, staging), !old, tier=web")
	}
	return nil
}
