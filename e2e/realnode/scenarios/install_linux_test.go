package scenarios

import (
	"strings"
	"testing"

	"corewarden/e2e/realnode"
)

// TestInstall shows the first minutes of a user: what deploy/ installs runs, and through its
// Service a typo is rejected, the name of a key is fixed, and content reaches every node.
func TestInstall(t *testing.T) {
	i := installed(t)

	t.Run("the pods run, on two nodes", func(t *testing.T) {
		nodes := strings.Fields(i.kubectl(t, "get", "pods", "--namespace=corewarden", "--selector=app.kubernetes.io/component=webhook", "--field-selector=status.phase=Running",
			"--output=jsonpath={.items[*].spec.nodeName}"))
		if len(nodes) != 2 || nodes[0] == nodes[1] {
			t.Errorf("the pods are on %v, want two nodes", nodes)
		}
	})

	t.Run("a typo is rejected", func(t *testing.T) {
		out, err := i.apply(t.Context(), "Corefile", "shop.example {\n    forwrad . 10.0.0.53\n}\n")
		if err == nil || !strings.Contains(err.Error(), `did you mean "forward"?`) {
			t.Errorf("kubectl says %q (error %v), want a rejection that names forward", out, err)
		}
	})

	t.Run("a key gets its right name, and every node serves what it holds", func(t *testing.T) {
		const corefile = "shop.example {\n    hosts {\n        192.0.2.7 www.shop.example\n    }\n}\n"
		if out := i.mustApply(t, "shop.example", corefile); !strings.Contains(out, "shop.example.Corefile") {
			t.Errorf("kubectl says %q, want a warning that names shop.example.Corefile", out)
		}
		if keys := i.kubectl(t, "get", "configmap", "--namespace=kube-system", "dns-extra-configs", "--output=jsonpath={.data}"); !strings.HasPrefix(keys, `{"shop.example.Corefile":`) {
			t.Errorf("what is stored is %s, want the key shop.example.Corefile", keys)
		}
		if err := i.awaitRollout(t.Context(), hash(corefile)); err != nil {
			t.Fatal(err)
		}
		for _, node := range i.Nodes() {
			err := realnode.Poll(t.Context(), "www.shop.example on "+node.String(), func() error {
				return works(t.Context(), node.Place, "www.shop.example.")
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}
