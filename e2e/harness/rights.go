package harness

import (
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// MayHolder returns what asks the API server whether the holder of a kubeconfig may do
// something, with the holder's own token. The resource is of the form
// resource.group/name/subresource, of which the first is needed.
func MayHolder(t testing.TB, kubeconfig string) func(t testing.TB, namespace, verb, resource string) bool {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return func(t testing.TB, namespace, verb, resource string) bool {
		t.Helper()
		path := append(strings.Split(resource, "/"), "", "")
		resource, group, _ := strings.Cut(path[0], ".")
		review, err := api.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), &authorizationv1.SelfSubjectAccessReview{
			Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: verb, Group: group, Resource: resource, Name: path[1], Subresource: path[2],
			}},
		}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return review.Status.Allowed
	}
}
