package scenarios

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"corewarden/e2e/realnode"
	"corewarden/extraconfig"
)

// TestPinnedContentOnNodes shows that with deploy/pinned the node that tries content that
// crashes there answers again by itself, and that a pod that is replaced meanwhile has what was
// staged for it.
func TestPinnedContentOnNodes(t *testing.T) {
	i := installed(t)
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	i.pin(t)
	const good = "pinned.example {\n    whoami\n}\n"
	i.mustApply(t, "Corefile", good)
	if err := i.awaitRollout(ctx, hash(good)); err != nil {
		t.Fatal(err)
	}
	i.wantMounted(t, extraconfig.CopyName(extraconfig.Name, hash(good)))

	i.mustApply(t, "Corefile", crashesOnNodes)
	note := i.awaitHeld(ctx, t, "goes back")
	began := time.Now()
	if !strings.Contains(note, "(container node-cache: Error, exit code 1)") {
		t.Errorf("the event says %q, want the reason", note)
	}
	for _, node := range i.Nodes() {
		if err := realnode.Poll(ctx, "DNS of "+node.String(), func() error { return works(ctx, node.Place, inCluster) }); err != nil {
			t.Error(err)
		}
	}
	back := time.Since(began)
	if t.Logf("all nodes answer %s after the crash was told", back.Round(100*time.Millisecond)); back > 15*time.Second {
		t.Error("want that within 15 s")
	}

	// A pod that is replaced for another reason has what was staged for it.
	i.kubectl(t, "delete", "pods", "--namespace=kube-system", "--selector=k8s-app=node-local-dns")
	for _, node := range i.Nodes() {
		if err := realnode.Poll(ctx, "DNS of "+node.String(), func() error { return works(ctx, node.Place, inCluster) }); err != nil {
			t.Error(err)
		}
	}
	i.wantMounted(t, extraconfig.CopyName(extraconfig.Name, hash(good)))
}

// pin installs deploy/pinned until the test is over.
func (i *installation) pin(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	if err := i.installCorewarden(ctx, "pinned"); err != nil {
		t.Fatal(err)
	}
	if err := realnode.Poll(ctx, "the API server to trust the webhook for pods", func() error {
		bundle, err := i.Kubectl(ctx, "get", "mutatingwebhookconfiguration", "corewarden", `--output=jsonpath={.webhooks[?(@.name=="pods.corewarden.io")].clientConfig.caBundle}`)
		if err == nil && bundle == "" {
			err = errors.New("it has no CA yet, so that pods are not pinned")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
		defer cancel()
		// As docs/rollout.md says: the certificate's keeper owns a field of the webhook that goes.
		_, err := i.Kubectl(ctx, "delete", "mutatingwebhookconfiguration", "corewarden")
		if err := errors.Join(err, i.installCorewarden(ctx)); err != nil {
			t.Error(err)
		}
	})
}

// wantMounted checks which ConfigMap of extra configs each pod of node-local-dns mounts.
func (i *installation) wantMounted(t *testing.T, want string) {
	t.Helper()
	mounts := i.kubectl(t, "get", "pods", "--namespace=kube-system", "--selector=k8s-app=node-local-dns",
		`--output=jsonpath={range .items[*]}{.spec.volumes[?(@.name=="dns-extra-configs")].configMap.name}{"\n"}{end}`)
	if got := strings.Fields(mounts); len(got) != len(i.Nodes()) || slices.ContainsFunc(got, func(name string) bool { return name != want }) {
		t.Errorf("pods mount %q, want %s on each of %d nodes", got, want, len(i.Nodes()))
	}
}
