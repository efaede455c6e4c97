package doctor

import (
	"context"
	"errors"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

func TestTheIssuerOfTheCertificatesIsJudged(t *testing.T) {
	t.Parallel()
	injector := func(version string) *appsv1.Deployment {
		return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{
			Namespace: "cert-manager", Name: "cert-manager-cainjector",
			Labels: map[string]string{"app.kubernetes.io/name": "cainjector", "app.kubernetes.io/version": version},
		}}
	}
	for _, test := range []struct {
		name     string
		injects  bool
		injector *appsv1.Deployment
		signer   *appsv1.Deployment
		want     Status
		says     []string
	}{
		{"by hand", false, nil, nil, OK, nil},
		{"cert-manager", true, injector("v1.21.2"), nil, OK, nil},
		{"an old cert-manager", true, injector("v1.18.4"), nil, Warning, []string{"takes the old CA away at once", "1.19 or newer"}},
		{"no cert-manager", true, nil, nil, Failed, []string{"wait for cert-manager's cainjector", "install cert-manager"}},
		{"a cert-manager of no version", true, injector("newest"), nil, Skipped, nil},
		{"deploy/self-signed", false, nil, &appsv1.Deployment{Status: appsv1.DeploymentStatus{ReadyReplicas: 1}}, OK, nil},
		{"deploy/self-signed without a pod", false, nil, &appsv1.Deployment{}, Failed, []string{"no pod of Deployment corewarden/corewarden-certs runs"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := asShipped()
			i.Namespace = "corewarden"
			cluster := fake.NewClientBuilder()
			if test.injector != nil {
				cluster.WithObjects(test.injector)
			}
			i.Client = cluster.Build()
			if test.injects {
				i.validating.value.Annotations = map[string]string{injectAnnotation: "corewarden/corewarden-webhook"}
			}
			if i.issuer.value = test.signer; test.signer == nil {
				i.issuer.err = errors.New("not found")
			}
			wantOutcome(t, issuerWorks.look(context.Background(), i), test.want, test.says...)
		})
	}
}
