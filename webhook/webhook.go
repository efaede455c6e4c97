// Package webhook is Corewarden's admission: it fixes the key names of the ConfigMap
// dns-extra-configs and of those beside it, judges their content, keeps the stamps of the
// DNS workloads, and warns where a change of those is at odds with what is stored.
//
// Besides the request it reads what is known of the cluster already, from memory.
package webhook

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/extraconfig"
)

// The paths under which the webhooks are served.
const (
	KeysPath     = "/mutate-configmap"
	ContentPath  = "/validate-configmap"
	StampingPath = "/preserve-stamp"
	StoredPath   = "/judge-stored-configmap"
	PinPath      = "/pin-pod"
)

// Options configure the webhooks.
type Options struct {
	// Cluster returns what is known of what the DNS servers load. It is called for every
	// request.
	Cluster func() *extraconfig.Cluster
	// KeyPolicy says what becomes of wrong key names. The default is to fix them.
	KeyPolicy extraconfig.KeyPolicy
	// Observe has the webhooks refuse and change nothing: warnings say what they would.
	Observe bool
	// Explain says which writes are answered with what they change for names. The default is
	// none.
	Explain ExplainPolicy
	// Controller is the user name of the rollout controller, the only one who may change
	// a stamp: "system:serviceaccount:corewarden:corewarden".
	Controller string
	// CopiesFor returns the names of the copies that a new pod should load, by those of the
	// ConfigMaps that they stand for. Without it nothing is pinned.
	CopiesFor func(context.Context, *corev1.Pod) (map[string]string, error)
	// Scheme knows the types of k8s.io/api.
	Scheme *runtime.Scheme
	// Registerer takes the metrics. The default is controller-runtime's registry.
	Registerer prometheus.Registerer
}

// Register serves the webhooks on a server.
func Register(server webhook.Server, o Options) error {
	if o.Registerer == nil {
		o.Registerer = metrics.Registry
	}
	m, err := newMeasures(o.Registerer)
	if err != nil {
		return err
	}
	server.Register(KeysPath, &webhook.Admission{Handler: failOpen{keys{o.Cluster, o.KeyPolicy, o.Observe, m}}})
	judge := &content{cluster: o.Cluster, policy: o.KeyPolicy, observe: o.Observe, explain: o.Explain, measures: m}
	validator := admission.WithValidator(o.Scheme, judge).Handler
	var guard admission.Handler = failClosed{validator}
	if o.Observe {
		guard = failOpen{validator}
	}
	server.Register(ContentPath, &webhook.Admission{Handler: guard})
	server.Register(StampingPath, &webhook.Admission{Handler: failOpen{keeper{o.Controller, o.Observe, m}}})
	server.Register(StoredPath, &webhook.Admission{Handler: failOpen{stored{cluster: o.Cluster, measures: m}}})
	if o.CopiesFor != nil {
		server.Register(PinPath, &webhook.Admission{Handler: failOpen{pin{copiesFor: o.CopiesFor, measures: m}}})
	}
	return nil
}
