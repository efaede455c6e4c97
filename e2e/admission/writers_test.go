package admission_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// TestWriters writes the ConfigMap in every way that kubectl knows.
func TestWriters(t *testing.T) {
	t.Parallel()
	i := &installation{harness.NewInstallation(t)}
	for n, writer := range writers {
		harness.Step(t, writer.name, func(t *testing.T) { i.writes(t, writer, n) })
	}
	harness.Step(t, "kubectl edit", i.edits)
	harness.Step(t, "an annotation alone restarts nothing", i.annotates)
	harness.Step(t, "deleted and created again", i.deletesAndRecreates)
	harness.Step(t, "binaryData counts", i.writesBinaryData)
	harness.Step(t, "other ConfigMaps are left alone", i.leavesOthersAlone)
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
		return []string{"create", "--filename=-"}, harness.Manifest(t, corefile)
	}},
	{"kubectl apply", false, func(t *testing.T, corefile string) ([]string, string) {
		return []string{"apply", "--filename=-"}, harness.Manifest(t, corefile)
	}},
	{"kubectl apply --server-side", false, func(t *testing.T, corefile string) ([]string, string) {
		return []string{"apply", "--server-side", "--force-conflicts", "--filename=-"}, harness.Manifest(t, corefile)
	}},
	{"kubectl patch --type=strategic", false, func(t *testing.T, corefile string) ([]string, string) {
		return harness.PatchArgs("strategic", harness.JSON(t, map[string]any{"data": map[string]string{"Corefile": corefile}})), ""
	}},
	{"kubectl patch --type=merge", false, func(t *testing.T, corefile string) ([]string, string) {
		return harness.PatchArgs("merge", harness.JSON(t, map[string]any{"data": map[string]string{"Corefile": corefile}})), ""
	}},
	{"kubectl patch --type=json", false, func(t *testing.T, corefile string) ([]string, string) {
		return harness.PatchArgs("json", harness.JSON(t, []any{map[string]string{"op": "replace", "path": "/data/Corefile", "value": corefile}})), ""
	}},
	{"kubectl replace", false, func(t *testing.T, corefile string) ([]string, string) {
		return []string{"replace", "--filename=-"}, harness.Manifest(t, corefile)
	}},
}

// writes has one writer write a good Corefile, unlike those of the other writers, and one
// with a typo. Neither the typo nor a dry run may store anything.
func (i *installation) writes(t *testing.T, w writer, n int) {
	if w.create && i.ConfigMap(t) != nil {
		i.WantRollout(t, func() { i.Remove(t) })
	}
	kubectl := func(corefile string, more ...string) error {
		args, input := w.command(t, corefile)
		_, err := i.KubectlInput(t.Context(), input, append(args, more...)...)
		return err
	}
	good := harness.Forwarding(fmt.Sprintf("10.0.1.%d", n))

	i.WantRefusal(t, func() error { return kubectl(harness.Typo) }, `ConfigMap "dns-extra-configs" is invalid`, "data[Corefile]: "+harness.TypoProblem)
	i.WantRefusal(t, func() error { return kubectl(harness.Typo, "--dry-run=server") }, "data[Corefile]: "+harness.TypoProblem)
	before := i.Version(t)
	if err := kubectl(good, "--dry-run=server"); err != nil {
		t.Error(err)
	}
	if after := i.Version(t); after != before {
		t.Errorf("the dry run brought the stored ConfigMap from version %q to %q", before, after)
	}
	i.WantRollout(t, func() {
		if err := kubectl(good); err != nil {
			t.Fatal(err)
		}
	})
	if stored := i.Stored(t).Data["Corefile"]; stored != good {
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
	i.WantRefusal(t, func() error { return edit("s/    forward .*/    forwrad . 10.0.0.53/") }, "data[Corefile]: "+harness.TypoProblem)
	i.WantRollout(t, func() {
		if err := edit("s/    forward .*/    forward . 10.0.2.1/"); err != nil {
			t.Fatal(err)
		}
	})
	if got, want := i.Stored(t).Data["Corefile"], harness.Forwarding("10.0.2.1"); got != want {
		t.Errorf("stored is\n%s\nnot\n%s", got, want)
	}
}

func (i *installation) annotates(t *testing.T) {
	i.WantNoRollout(t, func() {
		i.Run(t, "annotate", "configmap", extraconfig.Name, "--namespace=kube-system", "example.org/note=forwrad")
	})
}

func (i *installation) deletesAndRecreates(t *testing.T) {
	corefile := i.Stored(t).Data["Corefile"]
	hash := i.Stored(t).Hash()
	i.WantRollout(t, func() { i.Remove(t) })
	if got := i.Expected["coredns"].Stamp; got != extraconfig.EmptyHash {
		t.Errorf("without a ConfigMap the stamp is %s, not %s", got, extraconfig.EmptyHash)
	}
	i.WantRollout(t, func() { i.RunInput(t, harness.Manifest(t, corefile), "create", "--filename=-") })
	if got := i.Expected["coredns"].Stamp; got != hash {
		t.Errorf("with the same content as before the stamp is %s, not %s", got, hash)
	}
}

func (i *installation) writesBinaryData(t *testing.T) {
	corefile := i.Stored(t).Data["Corefile"]
	binary := func(corefile string) string {
		return harness.Encode(t, corev1.ConfigMap{BinaryData: map[string][]byte{"Corefile": []byte(corefile)}})
	}
	replace := func(input string) error {
		_, err := i.KubectlInput(t.Context(), input, "replace", "--filename=-")
		return err
	}
	i.WantRefusal(t, func() error { return replace(binary(harness.Typo)) }, "binaryData[Corefile]: "+harness.TypoProblem)
	i.WantNoRollout(t, func() {
		if err := replace(binary(corefile)); err != nil {
			t.Fatal(err)
		}
	})
	if stored := i.Stored(t); string(stored.BinaryData["Corefile"]) != corefile || stored.Data != nil {
		t.Errorf("stored is %v, want the Corefile as binaryData", stored)
	}
	i.WantRollout(t, func() {
		if err := replace(binary(harness.Forwarding("10.0.3.1"))); err != nil {
			t.Fatal(err)
		}
	})
}

// leavesOthersAlone writes what the guarded ConfigMap could not hold under other names.
func (i *installation) leavesOthersAlone(t *testing.T) {
	asked := i.Metric(t, "corewarden_webhook_requests_total")
	garbage := map[string]string{"Corefile": harness.Typo, "example.org": "}{"}
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
			input := harness.Encode(t, corev1.ConfigMap{ObjectMeta: tt.meta, Data: garbage})
			var stored corev1.ConfigMap
			if err := json.Unmarshal([]byte(i.RunInput(t, input, tt.verb, "--filename=-", "--output=json")), &stored); err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(stored.Data, garbage) {
				t.Errorf("stored is %v, not %v", stored.Data, garbage)
			}
		})
	}
	if now := i.Metric(t, "corewarden_webhook_requests_total"); now != asked {
		t.Errorf("the webhook was asked %v times, want none", now-asked)
	}
	i.CheckRollouts(t)
}
