package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"corewarden/extraconfig"
)

// TestBadInput gives the product what nobody should write, over the real API. Whatever it
// is, the verdict has to come within the 5 s that the API server waits for: after those the
// refusal would be another.
func TestBadInput(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	i.rollsOut(t, func() { i.apply(t, manifest(t, forwarding("10.0.0.1"))) })
	for _, input := range badInputs {
		t.Run(input.name, func(t *testing.T) { i.takes(t, input) })
	}
	inOrder(t, []step{
		{"requests that are no admission", i.answersStrangers},
		{"concurrent writers", i.standsConcurrentWriters},
		{"a ConfigMap that is being deleted", i.guardsUntilTheEnd},
		{"the process has lived through it all", func(t *testing.T) {
			if err := i.product.Healthy(t.Context()); err != nil {
				t.Error(err)
			}
			if panics := i.metric(t, "controller_runtime_webhook_panics_total"); panics != 0 {
				t.Errorf("it has panicked %v times", panics)
			}
		}},
	})
}

// A badInput is content, and what becomes of it.
type badInput struct {
	name   string
	data   map[string]string
	binary map[string][]byte
	// refused is in the refusal. Where it is empty the content is stored.
	refused string
	// warned is in a warning. Where it is empty there is none.
	warned string
	// stored is what is stored, where that is not what was written.
	stored map[string]string
}

var badInputs = []badInput{
	{name: "no data at all"},
	{name: "data is an empty object", data: map[string]string{}},
	{name: "an empty Corefile", data: map[string]string{"Corefile": ""}},
	{name: "nothing but comments", data: map[string]string{"Corefile": "# nothing\n"}},
	{name: "a byte order mark", data: map[string]string{"Corefile": "\ufeff" + forwarding("10.0.1.1")}},
	{name: "CRLF", data: map[string]string{"Corefile": strings.ReplaceAll(forwarding("10.0.1.2"), "\n", "\r\n")}},
	{name: "a NUL in a word", data: map[string]string{"Corefile": forwarding("10.0.1.3") + "exa\x00mple.com {\n}\n"}, warned: "invisible character U+0000"},
	{name: "a NUL in a plugin's name", data: map[string]string{"Corefile": "example.org {\n    who\x00ami\n}\n"}, refused: `line 2, column 5: unknown plugin "who\x00ami"; did you mean "whoami"?`},
	{name: "a word that is not UTF-8", binary: map[string][]byte{"Corefile": []byte("ex\xffmple.org {\n    whoami\n}\n")}, warned: "binaryData[Corefile]: line 1, column 1:"},
	{name: "a plugin that is not UTF-8", binary: map[string][]byte{"Corefile": []byte("example.org {\n    \xff\xfe\n}\n")}, refused: "binaryData[Corefile]: line 2, column 5: unknown plugin"},
	{name: "one word of almost 1 MiB", data: map[string]string{"Corefile": strings.Repeat("a", 1<<20-100)}, refused: "(invalid-zone;"},
	{name: "a plugin's name of almost 1 MiB", data: map[string]string{"Corefile": "example.org {\n" + strings.Repeat("a", 1<<20-100) + "\n}\n"}, refused: "data[Corefile]: line 2, column 1: unknown plugin"},
	{name: "an argument of almost 1 MiB", data: map[string]string{"Corefile": "example.org {\n    log \"" + strings.Repeat("a", 1<<20-100) + "\"\n}\n"}, warned: "(unanswered;"},
	{name: "100,000 server blocks", data: map[string]string{"Corefile": numbered(100_000, "%x {\n}\n")}, refused: "(too-large;"},
	{name: "100,000 opening braces", data: map[string]string{"Corefile": "example.org {\n    whoami " + strings.Repeat("{\n", 100_000)}, refused: "data[Corefile]: line 2, column 12:"},
	{name: "100,000 closing braces", data: map[string]string{"Corefile": "example.org {\n    whoami\n" + strings.Repeat("}\n", 100_000)}, refused: "data[Corefile]: line 6, column 1:"},
	{name: "snippets that double 20 times", data: map[string]string{"Corefile": snippetBomb(20)}, refused: "(too-large;"},
	{name: "a snippet that imports itself", data: map[string]string{"Corefile": "(a) {\n    import a\n}\nexample.org {\n    import a\n}\n"}, refused: "snippet \"(a)\" imports itself"},
	{name: "a Corefile that imports itself", data: map[string]string{"Corefile": "import Corefile\n"}, refused: "imports itself"},
	{name: "Corefiles that import one another", data: map[string]string{"a.Corefile": "import b.Corefile\n", "b.Corefile": "import a.Corefile\nexample.org {\n    whoami\n}\n"}, refused: "imports itself"},
	{name: "a file of the pod", data: map[string]string{"Corefile": "import /etc/passwd\n"}, warned: `import reads /etc/passwd, which must exist in the pod`},
	{name: "an environment variable", data: map[string]string{"Corefile": "example.org {\n    log {$HOME}\n}\n"}, warned: "data[Corefile]: line 2, column 9: "},
	{name: "an environment variable for a zone", data: map[string]string{"Corefile": "{$HOME} {\n    log\n}\n"}, warned: "the zone depends on environment variables"},
	{name: "a key of 253 characters", data: map[string]string{strings.Repeat("k", 253): forwarding("10.0.2.1")}, refused: "a key has at most 253 characters"},
	{name: "a key of 253 characters that ends well", data: map[string]string{strings.Repeat("k", 245) + "Corefile": forwarding("10.0.2.2")}},
	{name: "a key whose right name is taken", data: map[string]string{"a": forwarding("10.0.2.3"), "a.Corefile": forwarding("10.0.2.4")}, refused: `data[a]: to be loaded, the key must be named "a.Corefile"`},
	{name: "two keys with the same right name", data: map[string]string{"a.corefile": forwarding("10.0.2.3"), "a.COREFILE": forwarding("10.0.2.4")}, refused: `to be loaded, the key must be named "a.Corefile"`},
	{
		name: "two keys with the same right name and text", data: map[string]string{"a": forwarding("10.0.2.5"), "a.Corefile": forwarding("10.0.2.5")},
		warned: `key "a" renamed to "a.Corefile"`, stored: map[string]string{"a.Corefile": forwarding("10.0.2.5")},
	},
	{name: "a zone twice", data: map[string]string{"a.Corefile": forwarding("10.0.2.6"), "b.Corefile": forwarding("10.0.2.6")}, refused: "data[b.Corefile]: line 1, column 1:"},
}

// numbered repeats a text with a number in it.
func numbered(n int, format string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// snippetBomb doubles a snippet n times.
func snippetBomb(n int) string {
	var text strings.Builder
	text.WriteString("(s0) {\n    log\n}\n")
	for i := range n {
		fmt.Fprintf(&text, "(s%d) {\n    import s%d\n    import s%d\n}\n", i+1, i, i)
	}
	fmt.Fprintf(&text, "example.org {\n    import s%d\n}\n", n)
	return text.String()
}

// takes writes an input over what is stored.
func (i *installation) takes(t *testing.T, input badInput) {
	before := i.configMap(t)
	after := before.DeepCopy()
	after.Data, after.BinaryData = input.data, input.binary
	warnings, err := i.update(t, after)
	for _, text := range append(warnings, fmt.Sprint(err)) {
		if strings.Contains(text, i.Dir()) {
			t.Errorf("the value of HOME is told: %s", text)
		}
		if len(text) > 50_000 {
			t.Errorf("a message has %d bytes", len(text))
		}
	}
	if input.refused != "" {
		if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), input.refused) {
			t.Errorf("the answer is %s\nand not that it is invalid: %s", clip(fmt.Sprint(err)), input.refused)
		}
		if now := i.configMap(t); now.ResourceVersion != before.ResourceVersion {
			t.Error("what is stored was lost")
		}
		i.asExpected(t)
		return
	}
	if err != nil {
		t.Fatalf("it is refused: %v", clip(err.Error()))
	}
	said := strings.Join(aside(warnings), "\n")
	if input.warned == "" && said != "" || !strings.Contains(said, input.warned) {
		t.Errorf("the warnings are %q, want %q", clip(said), input.warned)
	}
	want := input.data
	if input.stored != nil {
		want = input.stored
	}
	now := i.stored(t)
	if !maps.Equal(now.Data, want) || !maps.EqualFunc(now.BinaryData, input.binary, bytes.Equal) {
		t.Errorf("stored is %s and %s", clip(fmt.Sprintf("%q", now.Data)), clip(fmt.Sprintf("%q", now.BinaryData)))
	}
	for name, was := range i.expected {
		if was.stamp != now.Hash() {
			i.expectStamp(t, name)
		}
	}
	i.awaitStamps(t)
}

// update updates the ConfigMap and returns the warnings that come with the answer.
func (i *installation) update(t *testing.T, cm *corev1.ConfigMap) ([]string, error) {
	t.Helper()
	api, warnings := i.listening(t)
	_, err := api.CoreV1().ConfigMaps(cm.Namespace).Update(t.Context(), cm, metav1.UpdateOptions{})
	return *warnings, err
}

// listening returns a client, and the warnings that it gets.
func (i *installation) listening(t *testing.T) (kubernetes.Interface, *warnings) {
	t.Helper()
	warnings := new(warnings)
	config := i.Config()
	config.WarningHandlerWithContext = warnings
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return api, warnings
}

// warnings collects what the API server warns of.
type warnings []string

var _ rest.WarningHandlerWithContext = (*warnings)(nil)

func (w *warnings) HandleWarningHeaderWithContext(_ context.Context, _ int, _, text string) {
	*w = append(*w, text)
}

// aside returns the warnings but for those of what is so of every server block here: that
// node-local-dns binds to an address and they do not, and answers in their place. It leaves out
// what a dry run tells of names, too.
func aside(warnings []string) []string {
	return slices.DeleteFunc(slices.Clone(warnings), func(w string) bool {
		return slices.ContainsFunc([]string{"(missing-bind)", "pods that query node-local-dns do not get", "what changes: "}, func(part string) bool { return strings.Contains(w, part) })
	})
}

// clip shortens a text for a failure's message.
func clip(text string) string {
	if len(text) > 1000 {
		return text[:1000] + "…"
	}
	return text
}

// standsConcurrentWriters has some write over what others have just written.
func (i *installation) standsConcurrentWriters(t *testing.T) {
	const writers, writes = 8, 10
	configMaps := i.api.CoreV1().ConfigMaps(extraconfig.Namespace)
	var mu sync.Mutex
	written := map[string]bool{}
	update := func(corefile string) error {
		cm, err := configMaps.Get(t.Context(), extraconfig.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		cm.Data, cm.BinaryData = map[string]string{"Corefile": corefile}, nil
		if _, err = configMaps.Update(t.Context(), cm, metav1.UpdateOptions{}); apierrors.IsConflict(err) {
			return nil // another was quicker
		}
		return err
	}
	apply := func(corefile string) error {
		cm := corev1ac.ConfigMap(extraconfig.Name, extraconfig.Namespace).WithData(map[string]string{"Corefile": corefile})
		_, err := configMaps.Apply(t.Context(), cm, metav1.ApplyOptions{FieldManager: "test", Force: true})
		return err
	}
	if err := update(forwarding("10.1.0.0")); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for n := range writes {
				corefile := forwarding(fmt.Sprintf("10.1.%d.%d", writer, n))
				mu.Lock()
				written[corefile] = true
				mu.Unlock()
				write := update
				if writer%2 == 0 {
					write = apply
				}
				if err := write(corefile); err != nil {
					t.Errorf("writer %d: %v", writer, err)
				}
			}
		})
	}
	group.Wait()
	stored := i.stored(t)
	if !written[stored.Data["Corefile"]] || len(stored.Data) != 1 {
		t.Errorf("stored is what nobody wrote: %q", stored.Data)
	}
	eventually(t, "both stamps are those of what is stored", func() error {
		for name, now := range i.rollouts(t) {
			if now.stamp != stored.Hash() {
				return fmt.Errorf("%s has %s, not %s", name, now.stamp, stored.Hash())
			}
		}
		return nil
	})
}
