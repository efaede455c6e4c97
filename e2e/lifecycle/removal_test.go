package lifecycle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
)

// What Corewarden consists of, as somebody may delete it: one bit each.
const (
	configurations = 1 << iota
	deployment
	serviceItself
	rights
	namespace
	everything = 1<<iota - 1
)

// deletions are the commands that delete each.
var deletions = map[int]string{
	configurations: "delete validatingwebhookconfiguration,mutatingwebhookconfiguration corewarden",
	deployment:     "delete deployment corewarden-webhook --namespace corewarden",
	serviceItself:  "delete service corewarden-webhook --namespace corewarden",
	rights:         "delete role,rolebinding --all-namespaces --selector app.kubernetes.io/name=corewarden",
	namespace:      "delete namespace corewarden",
}

// kinds are those of the objects that come back with an item.
var kinds = map[int][]string{
	configurations: {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"},
	deployment:     {"Deployment"},
	serviceItself:  {"Service"},
	rights:         {"Role", "RoleBinding"},
}

// A removal is a Corewarden that is partly deleted.
type removal struct {
	site
	objects  []unstructured.Unstructured // what deploy/base holds
	product  *corewarden.Product
	caBundle []byte
	gone     int // the items that are deleted
}

// TestRemovalInAnyOrder looks in which states of a Corewarden that is partly deleted a write
// of dns-extra-configs is blocked. What was deleted decides, and not in what order: so each
// of the 32 states is visited once, and the 120 orders are paths through them.
func TestRemovalInAnyOrder(t *testing.T) {
	t.Parallel()
	r := newRemoval(t)
	blocked := map[int]bool{}
	// From one state to the next one item changes. The namespace does so once, in the middle:
	// what is in it cannot come back without it.
	for i := range everything + 1 {
		state := i ^ i>>1 // Gray's code
		r.change(t, state)
		blocked[state] = state&configurations == 0 && state != 0
		r.blocks(t, blocked[state])
	}
	if blocked[everything] {
		t.Error("when all is deleted, in whatever order, writes are blocked")
	}
	orders := permutations([]int{configurations, deployment, serviceItself, rights, namespace})
	if len(orders) != 120 {
		t.Fatalf("there are %d orders", len(orders))
	}
	for _, order := range orders {
		state := 0
		blocks := slices.ContainsFunc(order, func(item int) bool {
			state |= item
			return blocked[state]
		})
		if want := order[0] != configurations; blocks != want {
			t.Errorf("in the order %v writes are blocked meanwhile: %t, want %t", order, blocks, want)
		}
	}
}

func newRemoval(t *testing.T) *removal {
	t.Helper()
	s := newSite(t)
	s.run(t, "apply", "--server-side", "--kustomize", deploy+"/base")
	s.rolledOut(t)
	objects, err := corewarden.Manifests(t.Context(), s.Kubectl, deploy+"/base")
	if err != nil {
		t.Fatal(err)
	}
	product, caBundle := s.serve(t, "cert-manager-cainjector")
	return &removal{site: s, objects: objects, product: product, caBundle: caBundle}
}

// change deletes the items of a state that are there, and brings back those that are not in
// it.
func (r *removal) change(t *testing.T, state int) {
	t.Helper()
	for item := 1; item < everything; item <<= 1 {
		switch wasGone, isGone := r.gone&item != 0, state&item != 0; {
		case isGone && !wasGone:
			r.run(t, append(strings.Fields(deletions[item]), "--ignore-not-found")...)
			if item == rights {
				// The leader cannot keep its lease, and no pod gets ready any more.
				harness.Eventually(t, "the webhook has ended", func() error {
					if r.product.Healthy(t.Context()) == nil {
						return fmt.Errorf("it is healthy:\n%s", r.product.Log())
					}
					return nil
				})
			}
		case wasGone && !isGone:
			r.bringBack(t, item, state)
		}
	}
	r.gone = state
}

// bringBack applies the objects of an item, but for those in a namespace that is gone.
func (r *removal) bringBack(t *testing.T, item, state int) {
	t.Helper()
	objects := slices.DeleteFunc(slices.Clone(r.objects), func(object unstructured.Unstructured) bool {
		return !slices.Contains(kinds[item], object.GetKind()) || state&namespace != 0 && object.GetNamespace() == "corewarden"
	})
	if len(objects) == 0 {
		return
	}
	list, err := corewarden.Encode(objects)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.KubectlInput(t.Context(), list, "apply", "--server-side", "--filename=-"); err != nil {
		t.Fatal(err)
	}
	if item == configurations {
		r.inject(t, "cert-manager-cainjector", r.caBundle)
	}
}

// blocks waits until a write of dns-extra-configs is blocked, or is not, on a new connection.
func (r *removal) blocks(t *testing.T, want bool) {
	t.Helper()
	harness.Eventually(t, fmt.Sprintf("without %05b writes are blocked: %t", r.gone, want), func() error {
		r.proxy.Disconnect()
		err := r.write(t.Context())
		if blocked := err != nil; blocked == want && (!blocked || strings.Contains(err.Error(), `failed calling webhook "validate.corewarden.io"`)) {
			return nil
		}
		return fmt.Errorf("a write ends with: %s", fmt.Sprint(err))
	})
}

// permutations returns every order of the items.
func permutations(items []int) [][]int {
	if len(items) == 0 {
		return [][]int{nil}
	}
	var orders [][]int
	for i, first := range items {
		rest := slices.Delete(slices.Clone(items), i, i+1)
		for _, order := range permutations(rest) {
			orders = append(orders, append([]int{first}, order...))
		}
	}
	return orders
}
