package doctor

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

const (
	// leafDaysLeft is how many days before its end a certificate is told of. Renewal is due
	// long before.
	leafDaysLeft = 20
	// dialTimeout is for one connection to a webhook.
	dialTimeout = 10 * time.Second
)

var certificateTrusted = check{
	id:    "certificate",
	title: "the API server trusts the certificates that the webhooks serve",
	look: func(ctx context.Context, i *installation) outcome {
		var out outcome
		var ends time.Time
		looked := 0
		for _, s := range i.listeners() {
			chain, err := serving(ctx, s.dial)
			if err != nil {
				i.undialled(&out, s, err)
				continue
			}
			looked++
			i.judge(&out, s.name, chain)
			if ends.IsZero() || chain[0].NotAfter.Before(ends) {
				ends = chain[0].NotAfter
			}
		}
		left := days(ends.Sub(i.now))
		switch {
		case looked == 0 && len(out.findings) == 0:
			return skipped("no pod of the webhook is ready to be asked")
		case looked > 0 && len(out.findings) == 0 && left < leafDaysLeft:
			out.warn(fmt.Sprintf("a certificate expires in %d days and has not been renewed", left), i.renewRemedy())
		case len(out.findings) == 0:
			out.detail = fmt.Sprintf("%d days left", left)
		}
		return out
	},
}

// A listener is a webhook that can be connected to.
type listener struct {
	name string
	dial func(context.Context) (net.Conn, error)
	far  bool // it may not be reachable from here though the API server reaches it
}

// listeners returns the pods that are ready, or what the webhooks' URL names.
func (i *installation) listeners() []listener {
	if url := i.url(); url != "" {
		return []listener{{url, func(ctx context.Context) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", hostPort(url))
		}, true}}
	}
	var all []listener
	for _, pod := range i.pods.value {
		if ready(pod) {
			all = append(all, listener{"pod " + pod.Name, func(context.Context) (net.Conn, error) {
				return forward(i.Config, pod.Namespace, pod.Name, i.port(pod))
			}, false})
		}
	}
	return all
}

func ready(pod corev1.Pod) bool {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue && pod.DeletionTimestamp == nil
		}
	}
	return false
}

// port returns the port that the Service leads to.
func (i *installation) port(pod corev1.Pod) int32 {
	target := i.shipped.service.Spec.Ports[0].TargetPort
	if i.service.err == nil && len(i.service.value.Spec.Ports) > 0 {
		target = i.service.value.Spec.Ports[0].TargetPort
	}
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == target.StrVal {
				return p.ContainerPort
			}
		}
	}
	return target.IntVal
}

// serving returns the certificates that a webhook serves, its own first.
func serving(ctx context.Context, dial func(context.Context) (net.Conn, error)) ([]*x509.Certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	raw, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	// What is wrong with the certificate is what is looked for: it is verified later, as the
	// API server does, with each caBundle.
	conn := tls.Client(raw, &tls.Config{InsecureSkipVerify: true})
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return conn.ConnectionState().PeerCertificates, nil
}

// undialled tells of a webhook that could not be asked.
func (i *installation) undialled(out *outcome, s listener, err error) {
	switch {
	case apierrors.IsForbidden(err):
		out.add(Skipped, "you may not create pods/portforward in "+i.Namespace+", so that the certificate in use cannot be seen", "")
	case s.far:
		out.add(Skipped, fmt.Sprintf("%s cannot be reached from here: %v", s.name, err), "")
	default:
		out.warn(fmt.Sprintf("%s does not answer over a port-forward: %v", s.name, err), i.describePods())
	}
}

// judge verifies a certificate as the API server does for each webhook.
func (i *installation) judge(out *outcome, name string, chain []*x509.Certificate) {
	intermediates := x509.NewCertPool()
	for _, c := range chain[1:] {
		intermediates.AddCert(c)
	}
	for _, w := range i.webhooks() {
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(w.ClientConfig.CABundle) {
			continue // the check of caBundle tells
		}
		_, err := chain[0].Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: intermediates, DNSName: serverName(w), CurrentTime: i.now,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		})
		if err != nil {
			i.distrusted(out, name, w, chain[0], err)
		}
	}
}

func (i *installation) distrusted(out *outcome, name string, w webhook, leaf *x509.Certificate, err error) {
	var invalid x509.CertificateInvalidError
	var hostname x509.HostnameError
	switch {
	case leaf.NotAfter.Before(i.now):
		out.fail(fmt.Sprintf("the certificate of %s expired on %s", name, leaf.NotAfter.UTC().Format(time.DateTime)), i.renewRemedy())
	case leaf.NotBefore.After(i.now):
		out.fail(fmt.Sprintf("the certificate of %s is valid only from %s", name, leaf.NotBefore.UTC().Format(time.DateTime)), "compare the clocks of the nodes and of whoever issued it")
	case errors.As(err, &hostname):
		out.fail(fmt.Sprintf("the certificate of %s is for %v, and the API server asks for %s", name, leaf.DNSNames, serverName(w)), "issue one for the DNS name "+serverName(w))
	case errors.As(err, &invalid):
		out.fail(fmt.Sprintf("the certificate of %s is of no use: %v", name, err), i.renewRemedy())
	default:
		out.fail(fmt.Sprintf("caBundle of %s holds another CA than the one that issued the certificate of %s", w.Name, name), i.injectRemedy())
	}
}

func (i *installation) renewRemedy() string {
	return cmp.Or(i.issuerLogs(), "issue a new certificate into the Secret "+i.Namespace+"/"+i.secret()+"; the pods load it without a restart")
}

// secret returns the name of the Secret that the pods have their certificate from.
func (i *installation) secret() string {
	for _, v := range i.shipped.deployment.Spec.Template.Spec.Volumes {
		if v.Secret != nil {
			return v.Secret.SecretName
		}
	}
	return ""
}
