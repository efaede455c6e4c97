package plugin

import (
	"net/url"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// readEndpoint reads: endpoint URL.... Only the first counts.
func (k *kubernetesUse) readEndpoint() error {
	args := k.RemainingArgs()
	if len(args) == 0 {
		return k.ArgErr("endpoint URL")
	}
	if len(args) > 1 {
		k.WarnAt(args[1], reader.RuleIgnored, "CoreDNS uses only the first endpoint. Remove the others")
	}
	k.endpoint = &args[0]
	return nil
}

// readTLS reads: tls CERT KEY CA, which count only beside an endpoint.
func (k *kubernetesUse) readTLS() error {
	args := k.RemainingArgs()
	if len(args) != 3 {
		return k.ArgErr("tls CERT KEY CA")
	}
	k.tls = args
	return nil
}

// readConfig reads: kubeconfig FILE [CONTEXT].
func (k *kubernetesUse) readConfig() error {
	args := k.RemainingArgs()
	if len(args) != 1 && len(args) != 2 {
		return k.ArgErr("kubeconfig FILE [CONTEXT]")
	}
	k.context = nil
	if k.kubeconfig, k.inCluster = args[0].Text != "", args[0].Text == ""; k.inCluster {
		if len(args) == 2 && args[1].Text != "" {
			k.context = &args[1]
		}
		return nil
	}
	return k.PodFile(args[0], "the kubeconfig")
}

// client checks how CoreDNS is to reach the API server. It does not wait for an answer.
func (k *kubernetesUse) client() error {
	switch {
	case k.kubeconfig, k.Nameless: // a hidden property may be the kubeconfig
		return nil
	case k.context != nil:
		return k.ErrorAt(*k.context, reader.RuleInvalidValue, "the kubeconfig has no name, so there is no context %s. Name the file", corefile.Quote(k.context.Text))
	case k.endpoint == nil || k.endpoint.Text == "" || k.inCluster:
		k.WarnAt(k.Tokens[0], reader.RulePodNetwork, "the server starts only in a pod with a service account of the cluster; Corewarden cannot check this")
		return nil
	case !isServerURL(k.endpoint.Text):
		return k.ErrorAt(*k.endpoint, reader.RuleInvalidValue, "the endpoint %s is not a URL. Write for example %q", corefile.Quote(k.endpoint.Text), "https://192.0.2.1:6443")
	case k.tls == nil:
		return nil
	case k.tls[0].Text != "" && k.tls[1].Text == "":
		return k.ErrorAt(k.tls[1], reader.RuleInvalidValue, "the certificate has no key. Add the key file")
	}
	for i, what := range []string{"the certificate", "the key", "the CA certificate"} {
		if k.tls[i].Text == "" {
			continue
		}
		if err := k.PodFile(k.tls[i], what); err != nil {
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
		return p.ArgErr(name + " EXPRESSION...")
	}
	if p.HiddenAmong(args) {
		return nil
	}
	text := strings.Join(reader.Texts(args), " ")
	if err := checkSelector(text); err != nil {
		return p.ErrorAt(args[0], reader.RuleInvalidValue, "%s is not a label selector: %v. Write for example %q", corefile.Quote(text), err, "environment in (production, staging), !old, tier=web")
	}
	return nil
}
