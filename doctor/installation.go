package doctor

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/cluster"
	"corewarden/extraconfig"
	"corewarden/rollout"
)

// Options say how to reach a cluster.
type Options struct {
	Config *rest.Config
	// Client is made of Config.
	Client client.Client
	// Namespace is Corewarden's. By default the webhook configurations tell it.
	Namespace string
	// Version is that of the program.
	Version string
}

// An installation is what was read of Corewarden in a cluster.
type installation struct {
	Options
	shipped    shipped
	now        time.Time
	version    read[string]
	mutating   read[*admissionregistrationv1.MutatingWebhookConfiguration]
	validating read[*admissionregistrationv1.ValidatingWebhookConfiguration]
	deployment read[*appsv1.Deployment]
	issuer     read[*appsv1.Deployment] // of deploy/self-signed
	pods       read[[]corev1.Pod]
	service    read[*corev1.Service]
	endpoints  read[[]discoveryv1.EndpointSlice]
	kubeSystem read[*corev1.Namespace] // where the DNS servers are
	dns        read[*extraconfig.Cluster]
	stages     read[[]rollout.Stage] // where dns was read
	refusal    string                // why the last dry-run was refused
}

// read is what was read, or why it was not.
type read[T any] struct {
	value T
	err   error
}

// inspect reads what the checks look at. What cannot be read is told by them.
func inspect(ctx context.Context, o Options) *installation {
	i := &installation{Options: o, shipped: readShipped(false), now: time.Now()}
	if i.version = readVersion(o.Config); i.version.err != nil {
		return i // nothing else will be read
	}
	i.mutating = get[admissionregistrationv1.MutatingWebhookConfiguration](ctx, i, "", i.shipped.mutating.Name)
	i.validating = get[admissionregistrationv1.ValidatingWebhookConfiguration](ctx, i, "", i.shipped.validating.Name)
	i.Namespace = cmp.Or(o.Namespace, i.namespaceOfService(), i.shipped.deployment.Namespace)
	i.deployment = get[appsv1.Deployment](ctx, i, i.Namespace, i.shipped.deployment.Name)
	if i.policy().Pinned {
		i.shipped = readShipped(true)
	}
	i.issuer = get[appsv1.Deployment](ctx, i, i.Namespace, selfSigner)
	i.service = get[corev1.Service](ctx, i, i.Namespace, i.shipped.service.Name)
	i.kubeSystem = get[corev1.Namespace](ctx, i, "", extraconfig.Namespace)

	var pods corev1.PodList
	i.pods.err = o.Client.List(ctx, &pods, client.InNamespace(i.Namespace), client.MatchingLabels(i.shipped.service.Spec.Selector))
	i.pods.value = pods.Items
	var endpoints discoveryv1.EndpointSliceList
	i.endpoints.err = o.Client.List(ctx, &endpoints, client.InNamespace(i.Namespace), client.MatchingLabels{discoveryv1.LabelServiceName: i.shipped.service.Name})
	i.endpoints.value = endpoints.Items
	snapshot, err := cluster.Read(ctx, o.Client, servers(i.args()))
	if i.dns.err = err; err == nil {
		i.dns.value = snapshot.Cluster
		i.stages.value, i.stages.err = rollout.Look(ctx, o.Client, snapshot, i.policy(), i.now)
	}
	return i
}

func readVersion(config *rest.Config) read[string] {
	d, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return read[string]{err: err}
	}
	info, err := d.ServerVersion()
	if err != nil {
		return read[string]{err: err}
	}
	return read[string]{value: info.GitVersion}
}

// pointer is a type whose pointer is an API object.
type pointer[T any] interface {
	*T
	client.Object
}

func get[T any, P pointer[T]](ctx context.Context, i *installation, namespace, name string) read[P] {
	into := P(new(T))
	err := i.Client.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, into)
	return read[P]{into, err}
}

// namespaceOfService returns the namespace of the Service that the API server calls.
func (i *installation) namespaceOfService() string {
	for _, w := range i.webhooks() {
		if w.ClientConfig.Service != nil {
			return w.ClientConfig.Service.Namespace
		}
	}
	return ""
}

// image returns what the Deployment runs, or "".
func (i *installation) image() string {
	if c := i.container(); c != nil {
		return c.Image
	}
	return ""
}

// container returns the webhook's container, or nil.
func (i *installation) container() *corev1.Container {
	if i.deployment.err != nil || i.deployment.value == nil {
		return nil
	}
	containers := i.deployment.value.Spec.Template.Spec.Containers
	at := slices.IndexFunc(containers, func(c corev1.Container) bool {
		return c.Name == i.shipped.deployment.Spec.Template.Spec.Containers[0].Name
	})
	if at < 0 {
		return nil
	}
	return &containers[at]
}

// url returns the server that the API server calls where that is no Service, or "".
func (i *installation) url() string {
	for _, w := range i.webhooks() {
		if u, err := url.Parse(ptr(w.ClientConfig.URL)); err == nil && u.Host != "" {
			return u.Scheme + "://" + u.Host
		}
	}
	return ""
}

// outside returns what a check of the pods says where Corewarden does not run in pods.
func (i *installation) outside() (outcome, bool) {
	if url := i.url(); url != "" && apierrors.IsNotFound(i.deployment.err) {
		return skipped("the API server calls %s, and there is no Deployment %s/%s", url, i.Namespace, i.shipped.deployment.Name), true
	}
	return outcome{}, false
}

// unreadable returns what a check says that cannot have an object. Missing is what it says
// where there is none.
func unreadable(what string, err error, missing outcome) outcome {
	switch {
	case apierrors.IsNotFound(err):
		return missing
	case apierrors.IsForbidden(err):
		return skipped("you may not read %s", what)
	}
	return failed(fmt.Sprintf("%s cannot be read: %v", what, err), "kubectl get --raw=/readyz")
}
