package manifests_test

import (
	"maps"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

// TestNetworkPolicyOpensThePortsThatAreServed resolves the policy against the pods, by hand:
// nothing here enforces one.
func TestNetworkPolicyOpensThePortsThatAreServed(t *testing.T) {
	t.Parallel()
	objects := kustomize(t, "self-signed")
	var policy networkingv1.NetworkPolicy
	typed(t, objects, "NetworkPolicy corewarden/corewarden", &policy)
	selector, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(policy.Spec.PolicyTypes, []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}) {
		t.Errorf("the policy is about %v: what the pods call, the API server, has no address that a manifest could name", policy.Spec.PolicyTypes)
	}
	for name, want := range map[string][]int32{
		"corewarden-webhook": {8080, 8081, 9443},
		"corewarden-certs":   {8080, 8081},
	} {
		var deployment appsv1.Deployment
		typed(t, objects, "Deployment corewarden/"+name, &deployment)
		pod := deployment.Spec.Template
		if !selector.Matches(labels.Set(pod.Labels)) {
			t.Errorf("the policy does not select the pods of %s", name)
		}
		if got := open(t, policy, pod.Spec); !slices.Equal(got, want) {
			t.Errorf("%s: the policy opens %v, want %v", name, got, want)
		}
	}
	if selector.Matches(labels.Set{"app.kubernetes.io/name": "other"}) || selector.Empty() {
		t.Error("the policy selects pods of others")
	}
}

// open returns the ports of a pod that any address may reach.
func open(t *testing.T, policy networkingv1.NetworkPolicy, pod corev1.PodSpec) []int32 {
	t.Helper()
	numbers := map[int32]bool{}
	for _, rule := range policy.Spec.Ingress {
		if len(rule.From) > 0 {
			t.Errorf("a rule is only for %v: behind Konnectivity the API server's address is a pod's", rule.From)
		}
		if len(rule.Ports) == 0 {
			t.Error("a rule opens every port")
		}
		for _, allowed := range rule.Ports {
			for _, container := range pod.Containers {
				for _, port := range container.Ports {
					if allowed.Port.StrVal == port.Name && (port.Protocol == "" || port.Protocol == *allowed.Protocol) {
						numbers[port.ContainerPort] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(numbers))
}

// typed converts the object with the key.
func typed(t *testing.T, objects inventory, key string, into any) {
	t.Helper()
	object := objects.get(t, key)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, into); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
}
