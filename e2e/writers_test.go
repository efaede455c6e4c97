package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/extraconfig"
)

// TestWriters writes the ConfigMap in every way that kubectl knows.
func TestWriters(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	var steps []step
	for n, writer := range writers {
		steps = append(steps, step{writer.name, func(t *testing.T) { i.writes(t, writer, n) }})
	}
	inOrder(t, append(steps,
		step{"kubectl edit", i.edits},
		step{"an annotation alone restarts nothing", i.annotates},
		step{"deleted and created again", i.deletesAndRecreates},
		step{"binaryData counts", i.writesBinaryData},
		step{"other ConfigMaps are left alone", i.leavesOthersAlone},
	))
}

// A writer is a way to make a Corefile the content of the ConfigMap.
type writer struct {
	name   string
	create bool // works only where there is no ConfigMap
	// command returns a kubectl command and its input.
	command func(t *testing.T, corefile string) (args []string, input string)
}

var writers = []writer{
	{"kubectl create from a literal", true, func(_ *testing.T, corefile string) ([]string, string) {
		return []string{"create", "configmap", extraconfig.Name, "--namespace=kube-system", "--from-literal=Corefile=" + corefile}, ""
	}},
	{"kubectl create from a manifest", true, func(t *testing.T, corefile string) ([]string, string) {
		return []string{"create", "--filename=-"}, manifest(t, corefile)
	}},
	{"kubectl apply", false, func(t *testing.T, corefile string) ([]string, string) {
		return []string{"apply", "--filename=-"}, manifest(t, corefile)
	}},
	{"kubectl apply --server-side", false, func(t *testing.T, corefile string) ([]string, string) {
		return []string{"apply", "--server-side", "--force-conflicts", "--filename=-"}, manifest(t, corefile)
	}},
	{"kubectl patch --type=strategic", false, func(t *testing.T, corefile string) ([]string, string) {
		return patching("strategic", mustMarshal(t, map[string]any{"data": map[string]string{"Corefile": corefile}})), ""
	}},
	{"kubectl patch --type=merge", false, func(t *testing.T, corefile string) ([]string, string) {
		return patching("merge", mustMarshal(t, map[string]any{"data": map[string]string{"Corefile": corefile}})), ""
	}},
	{"kubectl patch --type=json", false, func(t *testing.T, corefile string) ([]string, string) {
		return patching("json", mustMarshal(t, []any{map[string]string{"op": "replace", "path": "/data/Corefile", "value": corefile}})), ""
	}},
	{"kubectl replace", false, func(t *testing.T, corefile string) ([]string, string) {
		return []string{"replace", "--filename=-"}, manifest(t, corefile)
	}},
}

func patching(kind, patch string) []string {
	return []string{"patch", "configmap", extraconfig.Name, "--namespace=kube-system", "--type=" + kind, "--patch=" + patch}
}

func mustMarshal(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// writes has one writer write a good Corefile, unlike those of the other writers, and one
// with a typo. Neither the typo nor a dry run may store anything.
func (i *installation) writes(t *testing.T, w writer, n int) {
	if w.create && i.configMap(t) != nil {
		i.rollsOut(t, func() { i.remove(t) })
	}
	kubectl := func(corefile string, more ...string) error {
		args, input := w.command(t, corefile)
		_, err := i.KubectlInput(t.Context(), input, append(args, more...)...)
		return err
	}
	good := forwarding(fmt.Sprintf("10.0.1.%d", n))

	i.refuses(t, func() error { return kubectl(typo) }, `ConfigMap "dns-extra-configs" is invalid`, "data[Corefile]: "+typoProblem)
	i.refuses(t, func() error { return kubectl(typo, "--dry-run=server") }, "data[Corefile]: "+typoProblem)
	before := i.version(t)
	if err := kubectl(good, "--dry-run=server"); err != nil {
		t.Error(err)
	}
	if after := i.version(t); after != before {
		t.Errorf("the dry run brought the stored ConfigMap from version %q to %q", before, after)
	}
	i.rollsOut(t, func() {
		if err := kubectl(good); err != nil {
			t.Fatal(err)
		}
	})
	if stored := i.stored(t).Data["Corefile"]; stored != good {
		t.Errorf("stored is\n%s\nnot\n%s", stored, good)
	}
}

// edits has sed for an editor.
func (i *installation) edits(t *testing.T) {
	edit := func(script string) error {
		shown := filepath.Join(t.TempDir(), "shown")
		cmd := i.KubectlCommand(t.Context(), "edit", "configmap", extraconfig.Name, "--namespace=kube-system")
		cmd.Env = append(cmd.Env, fmt.Sprintf("KUBE_EDITOR=sed -i.bak -e 'w %s' -e '%s'", shown, script), "TMPDIR="+t.TempDir())
		if out, err := cmd.CombinedOutput(); err != nil {
			text, _ := os.ReadFile(shown)
			return fmt.Errorf("kubectl edit: %w:\n%s\nafter showing\n%s", err, out, text)
		}
		return nil
	}
	// kubectl opens the editor again, with the reasons in comments. It gives up when that
	// changes nothing.
	i.refuses(t, func() error { return edit("s/    forward .*/    forwrad . 10.0.0.53/") }, "data[Corefile]: "+typoProblem)
	i.rollsOut(t, func() {
		if err := edit("s/    forward .*/    forward . 10.0.2.1/"); err != nil {
			t.Fatal(err)
		}
	})
	if got, want := i.stored(t).Data["Corefile"], forwarding("10.0.2.1"); got != want {
		t.Errorf("stored is\n%s\nnot\n%s", got, want)
	}
}

func (i *installation) annotates(t *testing.T) {
	i.restartsNothing(t, func() {
		i.run(t, "annotate", "configmap", extraconfig.Name, "--namespace=kube-system", "example.org/note=forwrad")
	})
}

func (i *installation) deletesAndRecreates(t *testing.T) {
	corefile := i.stored(t).Data["Corefile"]
	hash := i.stored(t).Hash()
	i.rollsOut(t, func() { i.remove(t) })
	if got := i.expected["coredns"].stamp; got != extraconfig.EmptyHash {
		t.Errorf("without a ConfigMap the stamp is %s, not %s", got, extraconfig.EmptyHash)
	}
	i.rollsOut(t, func() { i.runInput(t, manifest(t, corefile), "create", "--filename=-") })
	if got := i.expected["coredns"].stamp; got != hash {
		t.Errorf("with the same content as before the stamp is %s, not %s", got, hash)
	}
}

func (i *installation) writesBinaryData(t *testing.T) {
	corefile := i.stored(t).Data["Corefile"]
	binary := func(corefile string) string {
		return encode(t, corev1.ConfigMap{BinaryData: map[string][]byte{"Corefile": []byte(corefile)}})
	}
	replace := func(input string) error {
		_, err := i.KubectlInput(t.Context(), input, "replace", "--filename=-")
		return err
	}
	i.refuses(t, func() error { return replace(binary(typo)) }, "binaryData[Corefile]: "+typoProblem)
	i.restartsNothing(t, func() {
		if err := replace(binary(corefile)); err != nil {
			t.Fatal(err)
		}
	})
	if stored := i.stored(t); string(stored.BinaryData["Corefile"]) != corefile || stored.Data != nil {
		t.Errorf("stored is %v, want the Corefile as binaryData", stored)
	}
	i.rollsOut(t, func() {
		if err := replace(binary(forwarding("10.0.3.1"))); err != nil {
			t.Fatal(err)
		}
	})
}

// leavesOthersAlone writes what the guarded ConfigMap could not hold under other names.
func (i *installation) leavesOthersAlone(t *testing.T) {
	asked := i.metric(t, "corewarden_webhook_requests_total")
	garbage := map[string]string{"Corefile": typo, "example.org": "}{"}
	for _, tt := range []struct {
		name string
		verb string
		meta metav1.ObjectMeta
	}{
		{"another name in kube-system", "apply", metav1.ObjectMeta{Name: "other", Namespace: "kube-system"}},
		{"another base in kube-system", "apply", metav1.ObjectMeta{Name: "coredns-autoscaler", Namespace: "kube-system"}},
		{"the same name in another namespace", "apply", metav1.ObjectMeta{Name: extraconfig.Name, Namespace: "default"}},
		{"a generated name", "create", metav1.ObjectMeta{GenerateName: extraconfig.Name, Namespace: "kube-system"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			input := encode(t, corev1.ConfigMap{ObjectMeta: tt.meta, Data: garbage})
			var stored corev1.ConfigMap
			if err := json.Unmarshal([]byte(i.runInput(t, input, tt.verb, "--filename=-", "--output=json")), &stored); err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(stored.Data, garbage) {
				t.Errorf("stored is %v, not %v", stored.Data, garbage)
			}
		})
	}
	if now := i.metric(t, "corewarden_webhook_requests_total"); now != asked {
		t.Errorf("the webhook was asked %v times, want none", now-asked)
	}
	i.asExpected(t)
}
