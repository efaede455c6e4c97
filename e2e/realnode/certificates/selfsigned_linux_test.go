// Package certificates shows deploy/self-signed on real nodes: pods read the certificate as late
// as a real kubelet shows it to them.
package certificates

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"corewarden/e2e/realnode"
	"corewarden/e2e/serving"
)

// The kubelet's delay, a minute or more, is real in any case.
var trustDelay = flag.Duration("trust-delay", 5*time.Second, "how `long` a new CA is trusted before a certificate under it is issued; users have 2m")

func TestMain(m *testing.M) { realnode.Main(m) }

const (
	namespace = "corewarden"
	service   = "corewarden-webhook.corewarden.svc"
	// patience is for what waits for the kubelet.
	patience        = 5 * time.Minute
	writesPerSecond = 50
)

// TestSelfSigned does what docs/certificates.md says: it installs deploy/self-signed, and has
// a new CA made, under load.
func TestSelfSigned(t *testing.T) {
	realnode.Need(t)
	cluster, err := realnode.Start(t.Context(), realnode.Options{Nodes: 2, Output: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	i := installation{Cluster: cluster, api: client(t, cluster)}
	t.Cleanup(func() { i.describe(t) })
	began := time.Now()
	i.install(t)
	t.Logf("installed in %s", time.Since(began).Round(time.Second))

	// A pod is ready a moment before its node sends it what is for the Service.
	err = realnode.Poll(t.Context(), "a write to pass the webhooks", func() error {
		_, err := i.Kubectl(t.Context(), "create", "configmap", "dns-extra-configs", "--namespace=kube-system", "--dry-run=server")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before := i.issuers(t)
	load, err := serving.StartLoad(cluster.Config(), writesPerSecond)
	if err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	t.Logf("the load begins at %s", began.Format(time.TimeOnly))
	i.kubectl(t, "delete", "secret", "corewarden-ca", "--namespace="+namespace)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var after map[string]string
	err = realnode.Poll(ctx, "every pod to serve a certificate under the new CA", func() error {
		after = i.issuers(t)
		for pod, ca := range after {
			for _, old := range before {
				if ca == old {
					return fmt.Errorf("%s serves one by %s", pod, ca)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	took := time.Since(began)
	writes, failures := load.Stop()
	t.Logf("after %s every pod served a certificate under the new CA; of %d writes %d failed", took.Round(time.Second), writes, len(failures))
	if len(failures) > 0 {
		t.Error(serving.Summary(failures))
	}
	if least := took.Seconds() * writesPerSecond / 4; float64(writes) < least {
		t.Errorf("%d writes are too few to show anything, want %.0f", writes, least)
	}
}

type installation struct {
	*realnode.Cluster
	api kubernetes.Interface
}

func client(t *testing.T, cluster *realnode.Cluster) kubernetes.Interface {
	t.Helper()
	config := cluster.Config()
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{}
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func (i installation) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := i.Kubectl(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

var section = regexp.MustCompile("(?s)\n## Self-signed\n.*?```yaml\n# kustomization.yaml\n(.*?)```.*?```sh\n(.*?)```")

// install runs the commands of the page, with the image that the nodes have.
func (i installation) install(t *testing.T) {
	t.Helper()
	page, err := os.ReadFile("../../../docs/certificates.md")
	if err != nil {
		t.Fatal(err)
	}
	match := section.FindStringSubmatch(string(page))
	if match == nil {
		t.Fatal("docs/certificates.md does not say how to install deploy/self-signed")
	}
	folder := t.TempDir()
	repository, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(folder, repository)
	if err != nil {
		t.Fatal(err)
	}
	overlay := strings.NewReplacer("REPOSITORY", relative, "REGISTRY/IMAGE", realnode.CorewardenImage, "TAG", realnode.CorewardenTag).Replace(match[1]) +
		"patches:\n- target: {kind: Deployment, name: corewarden-certs}\n  patch: |\n" +
		"    - {op: add, path: /spec/template/spec/containers/0/args/-, value: --trust-delay=" + trustDelay.String() + "}\n"
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(overlay), 0o600); err != nil {
		t.Fatal(err)
	}
	for command := range strings.Lines(match[2]) {
		args := strings.Fields(command)[1:]
		if args[len(args)-1] == "." {
			args[len(args)-1] = folder
		} else {
			args = append(args, "--timeout="+patience.String())
		}
		i.kubectl(t, args...)
	}
}

// issuers returns, for each pod that serves, the CA of the certificate that it serves.
func (i installation) issuers(t *testing.T) map[string]string {
	t.Helper()
	pods, err := i.api.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=webhook"})
	if err != nil {
		t.Fatal(err)
	}
	issuers := map[string]string{}
	for _, pod := range pods.Items {
		leaf, err := served(t.Context(), net.JoinHostPort(pod.Status.PodIP, "9443"))
		if err != nil {
			t.Fatalf("%s: %v", pod.Name, err)
		}
		issuers[pod.Name] = leaf.Issuer.CommonName
	}
	if len(issuers) != 2 {
		t.Fatalf("%d pods serve, want 2", len(issuers))
	}
	return issuers
}

func served(ctx context.Context, address string) (*x509.Certificate, error) {
	// Whom to trust is what the API server's writes are about.
	dialer := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, ServerName: service}}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	shown := connection.(*tls.Conn).ConnectionState().PeerCertificates
	if len(shown) == 0 {
		return nil, errors.New("no certificate is shown")
	}
	return shown[0], nil
}

// describe logs what explains a failure.
func (i installation) describe(t *testing.T) {
	if !t.Failed() {
		return
	}
	for _, args := range [][]string{
		{"get", "pods", "--all-namespaces", "--output=wide"},
		{"get", "events", "--all-namespaces", "--sort-by=.lastTimestamp"},
		{"logs", "--namespace=corewarden", "--selector=app.kubernetes.io/name=corewarden", "--tail=40", "--prefix"},
	} {
		out, err := i.Kubectl(context.Background(), args...)
		t.Logf("kubectl %s:\n%s(%v)", strings.Join(args, " "), out, err)
	}
}
