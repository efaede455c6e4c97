package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"corewarden/webhook"
)

// TestPin says what becomes of a new pod's volumes.
func TestPin(t *testing.T) {
	t.Parallel()
	const name = "dns-extra-configs-v1-0123456789abcdef"
	s := serveWith(t, webhook.Options{CopiesFor: func(_ context.Context, pod *corev1.Pod) (map[string]string, error) {
		if pod.Annotations["corewarden.io/config-hash"] == "broken" {
			return nil, errors.New("no API server")
		}
		return map[string]string{"dns-extra-configs": pod.Annotations["corewarden.io/config-hash"]}, nil
	}})
	replace := func(paths ...string) string {
		var patches []string
		for _, path := range paths {
			patches = append(patches, fmt.Sprintf(`{"op":"replace","path":%q,"value":%q}`, path, name))
		}
		return "[" + strings.Join(patches, ",") + "]"
	}
	for _, test := range []struct{ name, stamp, volumes, want string }{
		{"a volume", name, `[{"name": "a", "configMap": {"name": "dns-extra-configs"}}]`, replace("/spec/volumes/0/configMap/name")},
		{"one that is optional and has items", name, `[{"name": "a", "configMap": {"name": "dns-extra-configs", "optional": true, "items": [{"key": "a", "path": "b"}]}}]`, replace("/spec/volumes/0/configMap/name")},
		{
			"a projected one beside others", name,
			`[{"name": "a", "configMap": {"name": "coredns"}}, {"name": "b", "projected": {"sources": [{"secret": {"name": "dns-extra-configs"}}, ` +
				`{"configMap": {"name": "coredns-extra-configs"}}, {"configMap": {"name": "dns-extra-configs"}}]}}]`,
			replace("/spec/volumes/1/projected/sources/2/configMap/name"),
		},
		{
			"two of them", name,
			`[{"name": "a", "configMap": {"name": "dns-extra-configs"}}, {"name": "b", "configMap": {"name": "dns-extra-configs"}}]`,
			replace("/spec/volumes/0/configMap/name", "/spec/volumes/1/configMap/name"),
		},
		{"no such copy", "", `[{"name": "a", "configMap": {"name": "dns-extra-configs"}}]`, ""},
		{"nobody knows", "broken", `[{"name": "a", "configMap": {"name": "dns-extra-configs"}}]`, ""},
		{"no such volume", name, `[{"name": "a", "secret": {"secretName": "dns-extra-configs"}}]`, ""},
		{"no volumes", name, `null`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pod := fmt.Sprintf(`{"metadata": {"annotations": {"corewarden.io/config-hash": %q}}, "spec": {"volumes": %s}}`, test.stamp, test.volumes)
			got := s.ask(t, webhook.PinPath, request{kind: "Pod", object: pod})
			if !got.Allowed || string(got.Patch) != test.want {
				t.Errorf("allowed: %v, patch %s, want %s", got.Allowed, got.Patch, test.want)
			}
		})
	}
}
