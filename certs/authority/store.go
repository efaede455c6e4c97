package authority

import (
	"context"
	"encoding/json"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	admissionclient "k8s.io/client-go/kubernetes/typed/admissionregistration/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// fieldManager owns every caBundle, and nothing else.
const fieldManager = "corewarden-certs"

// A store reads and writes the two Secrets and the two webhook configurations, each by name.
// Every write names the version that it replaces, so that it fails if somebody else was
// faster.
type store struct {
	core      coreclient.CoreV1Interface
	admission admissionclient.AdmissionregistrationV1Interface
	names     Names
}

// Names say which objects are kept.
type Names struct {
	// Namespace is where the Secrets are.
	Namespace string
	// CASecret holds the CA with its key, and LeafSecret what the webhook serves.
	CASecret, LeafSecret string
	// Configuration is the name of the MutatingWebhookConfiguration and of the
	// ValidatingWebhookConfiguration.
	Configuration string
}

func newStore(config *rest.Config, names Names) (*store, error) {
	core, err := coreclient.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	admission, err := admissionclient.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &store{core, admission, names}, nil
}

// stored is what the API server has.
type stored struct {
	configurations []configuration
	ca, leaf       *corev1.Secret // nil: there is none
}

// A configuration is a MutatingWebhookConfiguration or a ValidatingWebhookConfiguration.
type configuration struct {
	kind, resource string
	version        string
	webhooks       []clientConfig
}

// clientConfig is how the API server calls a webhook.
type clientConfig struct {
	name     string
	caBundle []byte
}

// read returns all that is stored. The configurations come first: who adds a CA writes the
// Secret before caBundle, so a Secret that is older than that CA goes with a configuration
// whose version is older as well, and the write of its caBundle fails.
func (s *store) read(ctx context.Context) (stored, error) {
	var now stored
	mutating, err := found(s.admission.MutatingWebhookConfigurations().Get(ctx, s.names.Configuration, metav1.GetOptions{}))
	if err != nil {
		return now, err
	}
	if mutating != nil {
		c := configuration{kind: "MutatingWebhookConfiguration", resource: mutatingResource, version: mutating.ResourceVersion}
		for _, w := range mutating.Webhooks {
			c.webhooks = append(c.webhooks, clientConfig{w.Name, w.ClientConfig.CABundle})
		}
		now.configurations = append(now.configurations, c)
	}
	validating, err := found(s.admission.ValidatingWebhookConfigurations().Get(ctx, s.names.Configuration, metav1.GetOptions{}))
	if err != nil {
		return now, err
	}
	if validating != nil {
		c := configuration{kind: "ValidatingWebhookConfiguration", resource: validatingResource, version: validating.ResourceVersion}
		for _, w := range validating.Webhooks {
			c.webhooks = append(c.webhooks, clientConfig{w.Name, w.ClientConfig.CABundle})
		}
		now.configurations = append(now.configurations, c)
	}
	secrets := s.core.Secrets(s.names.Namespace)
	if now.ca, err = found(secrets.Get(ctx, s.names.CASecret, metav1.GetOptions{})); err != nil {
		return now, err
	}
	now.leaf, err = found(secrets.Get(ctx, s.names.LeafSecret, metav1.GetOptions{}))
	return now, err
}

// found returns nil, and no error, for an object that is not there.
func found[T any](object *T, err error) (*T, error) {
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return object, nil
}

// writeSecret changes a Secret's data, or creates it where before is nil.
func (s *store) writeSecret(ctx context.Context, before *corev1.Secret, name string, data map[string][]byte) error {
	secrets := s.core.Secrets(s.names.Namespace)
	if before == nil {
		_, err := secrets.Create(ctx, &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app.kubernetes.io/name": "corewarden"}},
			Type:       corev1.SecretTypeTLS,
			Data:       data,
		}, metav1.CreateOptions{FieldManager: fieldManager})
		return err
	}
	after := before.DeepCopy()
	after.Data = data
	_, err := secrets.Update(ctx, after, metav1.UpdateOptions{FieldManager: fieldManager})
	return err
}

// writeBundle makes caBundle of every webhook of a configuration the bundle.
func (s *store) writeBundle(ctx context.Context, c configuration, bundle []byte) error {
	webhooks := []map[string]any{}
	for _, w := range c.webhooks {
		webhooks = append(webhooks, map[string]any{"name": w.name, "clientConfig": map[string]any{"caBundle": bundle}})
	}
	patch, err := json.Marshal(map[string]any{
		"apiVersion": admissionv1.SchemeGroupVersion.String(),
		"kind":       c.kind,
		"metadata":   map[string]any{"name": s.names.Configuration, "resourceVersion": c.version},
		"webhooks":   webhooks,
	})
	if err != nil {
		return err
	}
	return s.admission.RESTClient().Patch(types.ApplyPatchType).Resource(c.resource).Name(s.names.Configuration).
		Param("fieldManager", fieldManager).Param("force", "true").
		Body(patch).Do(ctx).Error()
}

const (
	mutatingResource   = "mutatingwebhookconfigurations"
	validatingResource = "validatingwebhookconfigurations"
)

// watch calls changed after each change of one of the four objects, until ctx ends.
func (s *store) watch(ctx context.Context, changed func()) {
	events := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { changed() },
		UpdateFunc: func(any, any) { changed() },
		DeleteFunc: func(any) { changed() },
	}
	for _, w := range []struct {
		client          cache.Getter
		resource        string
		namespace, name string
		object          runtime.Object
	}{
		{s.admission.RESTClient(), mutatingResource, "", s.names.Configuration, &admissionv1.MutatingWebhookConfiguration{}},
		{s.admission.RESTClient(), validatingResource, "", s.names.Configuration, &admissionv1.ValidatingWebhookConfiguration{}},
		{s.core.RESTClient(), "secrets", s.names.Namespace, s.names.CASecret, &corev1.Secret{}},
		{s.core.RESTClient(), "secrets", s.names.Namespace, s.names.LeafSecret, &corev1.Secret{}},
	} {
		_, informer := cache.NewInformerWithOptions(cache.InformerOptions{
			ListerWatcher: cache.NewListWatchFromClient(w.client, w.resource, w.namespace, fields.OneTermEqualSelector("metadata.name", w.name)),
			ObjectType:    w.object,
			Handler:       events,
		})
		go informer.RunWithContext(ctx)
	}
}
