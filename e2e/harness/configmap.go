package harness

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/extraconfig"
)

// Typo is a Corefile that is refused, and TypoProblem is why.
const (
	Typo        = "example.org {\n    forwrad . 10.0.0.53\n}\n"
	TypoProblem = `line 2, column 5: unknown plugin "forwrad"; did you mean "forward"?`
)

// Forwarding returns a Corefile that is accepted. The address tells it from others.
func Forwarding(address string) string {
	return "example.org {\n    forward . " + address + "\n}\n"
}

// ConfigMap returns what is stored, or nil.
func (i *Installation) ConfigMap(t testing.TB) *corev1.ConfigMap {
	t.Helper()
	cm, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Get(t.Context(), extraconfig.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return cm
}

// Version returns the resource version of what is stored, or "" where nothing is.
func (i *Installation) Version(t testing.TB) string {
	t.Helper()
	if cm := i.ConfigMap(t); cm != nil {
		return cm.ResourceVersion
	}
	return ""
}

// Stored returns what is stored, as a value.
func (i *Installation) Stored(t testing.TB) extraconfig.ConfigMap {
	t.Helper()
	cm := i.ConfigMap(t)
	if cm == nil {
		return extraconfig.ConfigMap{}
	}
	return extraconfig.ConfigMap{Data: cm.Data, BinaryData: cm.BinaryData, Annotations: cm.Annotations}
}

// Apply applies a manifest with kubectl, which has to succeed.
func (c Cluster) Apply(t testing.TB, manifest string) {
	t.Helper()
	c.RunInput(t, manifest, "apply", "--filename=-")
}

// Remove deletes the ConfigMap.
func (c Cluster) Remove(t testing.TB) {
	t.Helper()
	c.Run(t, "delete", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace)
}

// WantRefusal makes a write of the ConfigMap that has to fail for the given reasons, and to
// leave everything as it was.
func (i *Installation) WantRefusal(t testing.TB, write func() error, reasons ...string) {
	t.Helper()
	before := i.Version(t)
	err := write()
	if err == nil {
		t.Error("the write was not refused")
	}
	for _, reason := range reasons {
		if err != nil && !strings.Contains(err.Error(), reason) {
			t.Errorf("the refusal does not say\n%s\nbut\n%v", reason, err)
		}
	}
	if after := i.Version(t); after != before {
		t.Errorf("the stored ConfigMap went from version %q to %q", before, after)
	}
	i.CheckRollouts(t)
}

// BreakGlass has writes go unchecked.
func (c Cluster) BreakGlass(t testing.TB) {
	t.Helper()
	c.Run(t, "delete", "validatingwebhookconfiguration", "corewarden")
	// The API server reads webhook configurations from a cache.
	Eventually(t, "nobody is asked", func() error {
		_, err := c.KubectlInput(t.Context(), Manifest(t, Typo), "apply", "--dry-run=server", "--filename=-")
		return err
	})
}

// NewConfigMap returns the keys as the ConfigMap, which holds what is not UTF-8 apart.
func NewConfigMap(keys map[string]string) *corev1.ConfigMap {
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: extraconfig.Name},
		Data:       map[string]string{},
		BinaryData: map[string][]byte{},
	}
	for key, text := range keys {
		if utf8.ValidString(text) {
			cm.Data[key] = text
		} else {
			cm.BinaryData[key] = []byte(text)
		}
	}
	return cm
}

// Manifest returns the ConfigMap with a Corefile as its only key.
func Manifest(t testing.TB, corefile string) string {
	t.Helper()
	return Encode(t, corev1.ConfigMap{Data: map[string]string{"Corefile": corefile}})
}

// CoreDNSAlone returns the manifest of a ConfigMap that Deployment coredns alone may mount.
func CoreDNSAlone(t testing.TB, corefile string) string {
	t.Helper()
	return Encode(t, corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "coredns-extra-configs", Namespace: "kube-system"},
		Data:       map[string]string{"own.Corefile": corefile},
	})
}

// Encode returns the manifest of a ConfigMap, which is the guarded one if it has no name.
func Encode(t testing.TB, cm corev1.ConfigMap) string {
	t.Helper()
	cm.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}
	if cm.Name == "" && cm.GenerateName == "" {
		cm.Name, cm.Namespace = extraconfig.Name, extraconfig.Namespace
	}
	return JSON(t, cm)
}

// JSON returns the JSON of a value.
func JSON(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// PatchArgs returns the arguments with which kubectl patches the ConfigMap.
func PatchArgs(kind, patch string) []string {
	return []string{"patch", "configmap", extraconfig.Name, "--namespace=kube-system", "--type=" + kind, "--patch=" + patch}
}

// WithoutUsual returns the warnings but for those of what is so of every server block here:
// that node-local-dns binds to an address and they do not, and answers in their place. It
// leaves out what a dry run tells of names, too.
func WithoutUsual(warnings []string) []string {
	usual := []string{"(missing-bind)", "pods that query node-local-dns do not get", "what changes: "}
	return slices.DeleteFunc(slices.Clone(warnings), func(warning string) bool {
		return slices.ContainsFunc(usual, func(part string) bool { return strings.Contains(warning, part) })
	})
}
