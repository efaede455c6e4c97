package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

const chart = "deploy/chart/corewarden"

// TestHelm installs, upgrades and uninstalls the chart, as Helm 4 does and as Helm 3 did:
// that is Helm 4 without server-side apply, which compares with the last release.
func TestHelm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.applyDefinitions(t)
	for i, way := range []struct{ name, install, upgrade string }{
		{"as Helm 4", "", ""}, // an upgrade does as the install did
		{"as Helm 3", "--server-side=false", ""},
		{"from Helm 3 to 4", "--server-side=false", "--server-side=true --force-conflicts"},
	} {
		t.Run(way.name, func(t *testing.T) { s.helmLife(t, forwarding(fmt.Sprintf("10.0.0.%d", i+1)), way.install, way.upgrade) })
	}
}

// helmLife installs, upgrades and uninstalls the chart. The text is one that was not rolled out before:
// pods keep their stamp when the product is gone.
func (s site) helmLife(t *testing.T, text, install, upgrade string) {
	const release = " --namespace corewarden "
	s.helm(t, "install corewarden "+chart+release+"--create-namespace "+install)
	s.rolledOut(t)
	product, _ := s.serve(t, "cert-manager-cainjector")
	harness.Eventually(t, "what was rolled out before is over", func() error {
		for name, now := range s.dns(t) {
			if now.Stamp != "" && now.Stamp != extraconfig.EmptyHash {
				return fmt.Errorf("%s has %q", name, now.Stamp)
			}
		}
		return nil
	})
	before := s.rollOut(t, text)
	trusted := s.trusted(t)

	s.helm(t, "upgrade corewarden "+chart+release+"--set flags.key-policy=Reject "+upgrade)
	s.rolledOut(t)
	if args := s.run(t, "get", "deployment/corewarden-webhook", "--namespace=corewarden", "--output=jsonpath={..args}"); !strings.Contains(args, "--key-policy=Reject") {
		t.Errorf("after the upgrade the arguments are %s", args)
	}
	if got := s.trusted(t); got != trusted {
		t.Errorf("the upgrade changes caBundle from\n%s\nto\n%s", trusted, got)
	}
	s.writable(t)

	s.enforcerTakesOver(t)
	out, err := s.shell(t.Context(), "../..", "helm upgrade corewarden "+chart+release+upgrade)
	if serverSide := install == "" && upgrade == ""; serverSide {
		if err == nil || !strings.Contains(out, `conflicts with "admissionsenforcer"`) {
			t.Errorf("an upgrade over AKS's hand: %v, want a conflict that names it", err)
		}
		s.helm(t, "upgrade corewarden "+chart+release+"--force-conflicts")
	} else if err != nil {
		t.Error(err)
	}
	if got := s.selectors(t); strings.Contains(got, "control-plane") || strings.Count(got, "kube-system") != 4 {
		t.Errorf("the upgrade leaves the selectors as AKS has them: %s", got)
	}
	if got := s.trusted(t); got != trusted {
		t.Errorf("that upgrade changes caBundle from\n%s\nto\n%s", trusted, got)
	}
	for name, after := range s.dns(t) {
		if was := before[name]; after.Pods != was.Pods || after.Stamp != was.Stamp {
			t.Errorf("%s: the upgrades have restarted it: it is\n%+v\nand was\n%+v", name, after, was)
		}
	}

	s.helm(t, "uninstall corewarden"+release+"--wait")
	if left := s.run(t, "get", "all,role,rolebinding,networkpolicy,pdb,resourcequota,sa,certificate,issuer,clusterrole,clusterrolebinding,mutatingwebhookconfiguration,validatingwebhookconfiguration",
		"--all-namespaces", "--selector=app.kubernetes.io/name=corewarden", "--output=name"); left != "" {
		t.Errorf("helm uninstall leaves\n%s", left)
	}
	s.writable(t)
	if err := product.Kill(); err != nil { // its rights are gone
		t.Error(err)
	}
	s.run(t, "delete", "namespace", "corewarden")
	s.run(t, "delete", "configmap", "dns-extra-configs", "--namespace=kube-system")
}

// enforcerTakesOver does what AKS's Admissions Enforcer does to a configuration without its
// label: it adds a term to each selector, by an update of its own.
func (s site) enforcerTakesOver(t *testing.T) {
	t.Helper()
	for kind, names := range webhooks {
		var patch []any
		for i := range names {
			patch = append(patch, map[string]any{
				"op": "add", "path": fmt.Sprintf("/webhooks/%d/namespaceSelector/matchExpressions/-", i),
				"value": map[string]any{"key": "control-plane", "operator": "DoesNotExist"},
			})
		}
		text, err := json.Marshal(patch)
		if err != nil {
			t.Fatal(err)
		}
		s.run(t, "patch", kind, "corewarden", "--type=json", "--field-manager=admissionsenforcer", "--patch="+string(text))
	}
	if got := s.selectors(t); strings.Count(got, "control-plane") != 4 {
		t.Fatalf("the selectors are %s", got)
	}
}

func (s site) selectors(t *testing.T) string {
	t.Helper()
	return s.run(t, "get", "mutatingwebhookconfiguration/corewarden", "validatingwebhookconfiguration/corewarden",
		"--output=jsonpath={.items[*].webhooks[*].namespaceSelector}")
}

// applyDefinitions applies the real definitions of the custom resources in deploy/.
func (s site) applyDefinitions(t *testing.T) {
	t.Helper()
	for module, folder := range definitions {
		s.run(t, "apply", "--server-side", "--filename="+modulePath(t, module)+"/"+folder)
	}
	harness.Eventually(t, "the definitions are established", func() error {
		_, err := s.Kubectl(t.Context(), "wait", "crd", "--all", "--for=condition=Established", "--timeout=30s")
		return err
	})
}
