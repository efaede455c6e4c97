package scenarios

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"corewarden/e2e/realnode"
)

var outages = flag.Int("stale.outages", 0, "how often TestStaleMounts takes the API server from the kubelets; a minute or more each")

// silence is how long a node has to have been silent. The kubelet's watches then wait for up
// to half a minute until they try again, each by itself.
const silence = 25 * time.Second

// TestStaleMounts has content written just after an outage of the API server for the kubelets. A
// kubelet takes ConfigMaps from a watch of its own, so it can hear of a new pod before it hears
// of the new content, and mounts the old. Where content is shared, the rollout counts as complete
// then, and the pods run the old content until the kubelet's next look. That is a matter of luck,
// so it is counted and not asserted; that the new content gets there at last is. A copy has a name
// of its own, which no kubelet knows by an older content: none may be stale.
func TestStaleMounts(t *testing.T) {
	if *outages == 0 {
		t.Skip("it takes minutes: -stale.outages 3 runs it")
	}
	i := installed(t)
	// Where the control plane is, a kubelet cannot be cut off alone.
	i.kubectl(t, "cordon", "node-1")
	t.Cleanup(func() {
		if _, err := i.Kubectl(context.Background(), "uncordon", "node-1"); err != nil {
			t.Error(err)
		}
	})
	i.mustApply(t, "Corefile", version(0))
	if err := i.awaitRollout(t.Context(), hash(version(0))); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= *outages; n++ {
		i.writeAfterOutage(t, n)
	}
	i.pin(t)
	for n := *outages + 1; n <= 2**outages; n++ {
		if stale := i.writeAfterOutage(t, n); stale > 0 {
			t.Errorf("pinned: %d pods of CoreDNS ran the old content when the rollout was complete, want none", stale)
		}
	}
}

// writeAfterOutage returns how many pods of CoreDNS run older content when the rollout of version
// n is complete.
func (i *installation) writeAfterOutage(t *testing.T, n int) (stale int) {
	t.Helper()
	i.cutOff(t, i.Nodes()[1:])
	began := time.Now()
	i.mustApply(t, "Corefile", version(n))
	if err := i.awaitRollout(t.Context(), hash(version(n))); err != nil {
		t.Fatal(err)
	}
	complete := time.Since(began)
	stale = len(i.stale(t, n))
	err := realnode.Poll(t.Context(), "all pods to serve what was written", func() error {
		if left := i.stale(t, n); len(left) > 0 {
			return fmt.Errorf("these do not: %v", left)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("outage %d: the rollout was complete after %s, when %d of 2 pods of CoreDNS ran the old content; all ran the new one after %s",
		n, complete.Round(time.Second), stale, time.Since(began).Round(time.Second))
	return stale
}

// version is content that answers with its number.
func version(n int) string {
	return fmt.Sprintf("version.example:53 {\n    template IN TXT {\n        answer \"{{ .Name }} 5 IN TXT v%d\"\n    }\n}\n", n)
}

// cutOff takes the API server from nodes until they have been silent for long enough, and
// gives it back.
func (i *installation) cutOff(t *testing.T, nodes []*realnode.Node) {
	t.Helper()
	server, err := url.Parse(i.Config().Host)
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range nodes {
		rule := []string{
			"OUTPUT", "-p", "tcp", "-d", server.Hostname(), "--dport", server.Port(), "-j", "REJECT", "--reject-with", "tcp-reset",
		}
		if _, err := node.Run(t.Context(), "iptables", append([]string{"-I"}, rule...)...); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := node.Run(t.Context(), "iptables", append([]string{"-D"}, rule...)...); err != nil {
				t.Error(err)
			}
		}()
	}
	for _, node := range nodes {
		err := realnode.Poll(t.Context(), node.String()+" to be silent", func() error {
			text, err := i.Kubectl(t.Context(), "get", "lease", "--namespace=kube-node-lease", node.String(), "--output=jsonpath={.spec.renewTime}")
			if err != nil {
				return err
			}
			heard, err := time.Parse(time.RFC3339, strings.TrimSpace(text))
			if err == nil && time.Since(heard) < silence {
				err = fmt.Errorf("it was heard at %s", heard)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// stale returns the addresses of CoreDNS's pods that do not answer with version n.
func (i *installation) stale(t *testing.T, n int) []string {
	t.Helper()
	var stale []string
	addresses := i.kubectl(t, "get", "pods", "--namespace=kube-system", "--selector=app.kubernetes.io/name=kube-dns",
		"--output=go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.status.podIP}} {{end}}{{end}}")
	for address := range strings.FieldsSeq(addresses) {
		reply, err := i.Nodes()[0].Lookup(t.Context(), "udp", address+":53", "a.version.example.", dns.TypeTXT)
		if err != nil || len(reply.Answer) != 1 || !strings.Contains(reply.Answer[0].String(), fmt.Sprintf(`"v%d"`, n)) {
			stale = append(stale, address)
		}
	}
	return stale
}
