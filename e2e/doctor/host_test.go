package doctor

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	certutil "k8s.io/client-go/util/cert"

	"corewarden/doctor"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
)

// host is a Corewarden whose webhook runs on the host, where the API server calls it by URL.
type host struct {
	cluster
	product *corewarden.Product
}

// TestDoctorFindsWhatIsBroken breaks one thing at a time, and puts it right again. Each is
// found by the check that is there for it, and by a write where it keeps writes from being
// judged.
func TestDoctorFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	h := host{c, harness.Install(t, c.Cluster).Product}
	for _, test := range []struct {
		name      string
		breakIt   func(*testing.T)
		wants     []Want
		printed   string // the golden file of what is printed meanwhile
		putItBack func(*testing.T)
	}{
		{
			name: "the CA is another", breakIt: h.otherCA,
			wants: []Want{
				{"certificate", doctor.Failed, "caBundle of validate.corewarden.io holds another CA", "put the CA"},
				{"wrong-rejected", doctor.Failed, "does not trust the certificate", "put the CA"},
				{"right-allowed", doctor.Skipped, "for the same reason", ""},
				{"ca-bundle", doctor.OK, "", ""},
			},
			putItBack: h.applyAgain,
		},
		{
			name: "caBundle is empty", breakIt: func(t *testing.T) { h.patchGuard(t, "remove", "/clientConfig/caBundle", nil) },
			wants: []Want{
				{"ca-bundle", doctor.Failed, "caBundle of validate.corewarden.io is empty", "put the CA"},
				{"wrong-rejected", doctor.Failed, "does not trust the certificate", "put the CA"},
			},
			putItBack: h.applyAgain,
		},
		{
			name: "the guard is missing", breakIt: func(t *testing.T) { h.Run(t, "delete", "validatingwebhookconfiguration", "corewarden") },
			wants: []Want{
				{"webhooks-present", doctor.Failed, "there is no ValidatingWebhookConfiguration corewarden: any content is stored", "apply the manifests"},
				{"wrong-rejected", doctor.Failed, "accepts a Corefile with an unknown plugin", ""},
				{"right-allowed", doctor.OK, "", ""},
				{"rolled-out", doctor.OK, "coredns done, node-local-dns done", ""},
			},
			printed: "guard-missing", putItBack: h.applyAgain,
		},
		{
			name: "the selector leaves kube-system out",
			breakIt: func(t *testing.T) {
				h.patchGuard(t, "add", "/namespaceSelector/matchExpressions/-", map[string]any{"key": "control-plane", "operator": "DoesNotExist"})
				h.Run(t, "label", "namespace", "kube-system", "control-plane=true")
			},
			wants: []Want{
				{"webhooks-as-shipped", doctor.Failed, "AKS's Admissions Enforcer changed the namespaceSelector of validate.corewarden.io: it leaves out kube-system", "admissions.enforcer/disabled"},
				{"wrong-rejected", doctor.Failed, "accepts a Corefile with an unknown plugin", ""},
			},
			putItBack: func(t *testing.T) {
				h.applyAgain(t)
				h.Run(t, "label", "namespace", "kube-system", "control-plane-")
			},
		},
		{
			name: "the guard fails open", breakIt: func(t *testing.T) { h.patchGuard(t, "replace", "/failurePolicy", "Ignore") },
			wants:     []Want{{"webhooks-as-shipped", doctor.Warning, "failurePolicy Ignore instead of Fail", "apply the manifests"}},
			putItBack: h.applyAgain,
		},
		{
			name: "key names are not fixed", breakIt: func(t *testing.T) { h.Run(t, "delete", "mutatingwebhookconfiguration", "corewarden") },
			wants: []Want{
				{"webhooks-present", doctor.Failed, "wrong key names are not fixed", "apply the manifests"},
				{"keys-renamed", doctor.Warning, "keys.corewarden.io does not answer", ""},
			},
			putItBack: h.applyAgain,
		},
		{
			name: "a right is missing", breakIt: func(t *testing.T) { h.Run(t, "delete", "rolebinding", "corewarden", "--namespace=kube-system") },
			wants:     []Want{{"rights", doctor.Failed, "corewarden/corewarden may not get configmaps", "apply the manifests"}},
			putItBack: h.applyAgain,
		},
		{
			name: "nothing listens, and nobody leads", breakIt: h.stop,
			wants: []Want{
				{"certificate", doctor.Skipped, "cannot be reached from here", ""},
				{"leader", doctor.Failed, "nothing is rolled out", "kubectl logs"},
				{"wrong-rejected", doctor.Failed, "nothing listens there", "kubectl describe pods"},
			},
			putItBack: func(t *testing.T) {
				if err := h.product.Start(t.Context()); err != nil {
					t.Fatal(err)
				}
			},
		},
		{
			name: "the lease is gone and nobody takes it", breakIt: func(t *testing.T) {
				h.stop(t)
				h.Run(t, "delete", "lease", "corewarden", "--namespace=corewarden")
			},
			wants: []Want{{"leader", doctor.Failed, "there is no Lease corewarden/corewarden", "kubectl logs"}},
			putItBack: func(t *testing.T) {
				if err := h.product.Start(t.Context()); err != nil {
					t.Fatal(err)
				}
			},
		},
		{
			name: "what is stored stops a server", breakIt: func(t *testing.T) {
				h.Run(t, "delete", "validatingwebhookconfiguration", "corewarden")
				h.awaits(t, Want{"wrong-rejected", doctor.Failed, "accepts a Corefile", ""})
				h.Run(t, "create", "configmap", "dns-extra-configs", "--namespace=kube-system", "--from-literal=Corefile=example.org {\n    forwrad . 192.0.2.1\n}\n")
				h.applyAgain(t)
			},
			wants: []Want{
				{"content", doctor.Failed, `data[Corefile] line 2 stops CoreDNS 1.15.0`, "docs/rules.md, unknown-plugin"},
				{"rolled-out", doctor.Failed, "Deployment coredns is held (InvalidContent)", ""},
				{"right-allowed", doctor.Failed, "Corewarden rejects what is stored already", "fix that in ConfigMap dns-extra-configs"},
				{"wrong-rejected", doctor.OK, "", ""},
			},
			putItBack: func(t *testing.T) { h.Run(t, "delete", "configmap", "dns-extra-configs", "--namespace=kube-system") },
		},
		{
			name: "a server loads nothing", breakIt: func(t *testing.T) { h.base(t, ".:53 {\n    errors\n}\n") },
			wants: []Want{{"loaded", doctor.Warning, "Deployment coredns: ", "docs/rules.md, not-loaded"}},
			putItBack: func(t *testing.T) {
				h.base(t, "import /etc/coredns/extra-configs/*Corefile\n.:53 {\n    errors\n}\n")
			},
		},
		{
			name: "the certificate has expired", breakIt: h.expiredLeaf,
			wants: []Want{
				{"certificate", doctor.Failed, "expired on", "issue a new certificate into the Secret corewarden/corewarden-webhook-tls"},
				{"wrong-rejected", doctor.Failed, "as its certificate has expired", "issue a new certificate"},
			},
			putItBack: func(*testing.T) {}, // the last
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.breakIt(t)
			h.awaits(t, test.wants...)
			if test.printed != "" {
				Golden(t, test.printed, h.plugin(t, "doctor").Stdout)
			}
			test.putItBack(t)
		})
		if t.Failed() {
			t.FailNow()
		}
	}
}

// otherCA has the webhooks trust a CA that has issued nothing.
func (h host) otherCA(t *testing.T) {
	pem, _, err := certutil.GenerateSelfSignedCertKey("127.0.0.1", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	h.patchGuard(t, "replace", "/clientConfig/caBundle", base64.StdEncoding.EncodeToString(pem))
}

// patchGuard changes a field of the webhook validate.corewarden.io, the first of its
// configuration.
func (h host) patchGuard(t *testing.T, op, path string, value any) {
	t.Helper()
	patch, err := json.Marshal([]map[string]any{{"op": op, "path": "/webhooks/0" + path, "value": value}})
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t, "patch", "validatingwebhookconfiguration", "corewarden", "--type=json", "--patch="+string(patch))
}

func (h host) applyAgain(t *testing.T) {
	if err := h.product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (h host) stop(t *testing.T) {
	if err := h.product.Stop(); err != nil {
		t.Fatal(err)
	}
}

// base gives CoreDNS another Corefile of its own.
func (h host) base(t *testing.T, corefile string) {
	patch, err := json.Marshal(map[string]any{"data": map[string]string{"Corefile": corefile}})
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t, "patch", "configmap", "coredns", "--namespace=kube-system", "--patch="+string(patch))
}

// expiredLeaf gives the webhook, while it runs, a certificate that expired yesterday, by a CA
// that its configurations trust.
func (h host) expiredLeaf(t *testing.T) {
	authority, leaf, key := issueExpired(t)
	folder := filepath.Join(h.Dir(), "serving-certificate")
	for name, text := range map[string][]byte{"tls.key": key, "tls.crt": leaf} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.patchGuard(t, "replace", "/clientConfig/caBundle", base64.StdEncoding.EncodeToString(authority))
}
