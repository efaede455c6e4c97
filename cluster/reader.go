package cluster

import (
	"context"
	"fmt"
	"sync/atomic"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// A kind is one of those of which single objects are read.
type kind string

const (
	deploymentKind kind = "Deployment"
	daemonSetKind  kind = "DaemonSet"
	configMapKind  kind = "ConfigMap"
	serviceKind    kind = "Service"
)

// An object is one that is read, in extraconfig.Namespace.
type object struct {
	kind kind
	name string
}

// workloads are the objects that are read in any case, and that name the others.
var workloads = []object{{deploymentKind, Deployment}, {daemonSetKind, DaemonSet}}

// named returns the other objects that matter for what the workloads load.
func named(c *extraconfig.Cluster) []object {
	configMaps, services := c.Names()
	var all []object
	for _, name := range configMaps {
		all = append(all, object{configMapKind, name})
	}
	for _, name := range services {
		all = append(all, object{serviceKind, name})
	}
	return all
}

func (o object) String() string { return string(o.kind) + " " + o.name }

func (o object) key() client.ObjectKey {
	return client.ObjectKey{Namespace: extraconfig.Namespace, Name: o.name}
}

func (o object) empty() client.Object {
	switch o.kind {
	case deploymentKind:
		return &appsv1.Deployment{}
	case daemonSetKind:
		return &appsv1.DaemonSet{}
	case serviceKind:
		return &corev1.Service{}
	}
	return &corev1.ConfigMap{}
}

// A reader watches one object. It has a cache of its own, since one cache watches a kind
// by one selector only.
type reader struct {
	cache     cache.Cache
	stop      context.CancelFunc
	synced    atomic.Bool
	forbidden atomic.Bool
}

func (w *Watcher) newReader(ctx context.Context, o object) (*reader, error) {
	r := &reader{}
	var err error
	r.cache, err = cache.New(w.manager.GetConfig(), cache.Options{
		HTTPClient: w.manager.GetHTTPClient(),
		Scheme:     w.manager.GetScheme(),
		Mapper:     w.manager.GetRESTMapper(),
		ByObject: map[client.Object]cache.ByObject{o.empty(): {
			Namespaces: map[string]cache.Config{extraconfig.Namespace: {}},
			Field:      fields.OneTermEqualSelector("metadata.name", o.name),
		}},
		ReaderFailOnMissingInformer: true,
		DefaultTransform:            w.trim,
		DefaultWatchErrorHandler: func(ctx context.Context, reflector *toolscache.Reflector, err error) {
			if r.forbidden.Store(apierrors.IsForbidden(err)); apierrors.IsForbidden(err) {
				w.wake()
			}
			toolscache.DefaultWatchErrorHandler(ctx, reflector, err)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", o, err)
	}
	informer, err := r.cache.GetInformer(ctx, o.empty(), cache.BlockUntilSynced(false))
	if err == nil {
		_, err = informer.AddEventHandler(w.signal())
	}
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", o, err)
	}
	ctx, r.stop = context.WithCancel(ctx)
	go func() { _ = r.cache.Start(ctx) }() // it fails only where it was started before
	go func() {
		if r.cache.WaitForCacheSync(ctx) {
			r.forbidden.Store(false)
			r.synced.Store(true)
			w.wake() // an object that is not there sends no event
		}
	}()
	return r, nil
}

// readInto adds the object to a snapshot, or why it is not known.
func (r *reader) readInto(ctx context.Context, o object, s *Snapshot) error {
	if !r.synced.Load() {
		forbidden := r.forbidden.Load()
		isWorkload := o.kind == deploymentKind || o.kind == daemonSetKind
		s.Complete = s.Complete && forbidden && !isWorkload
		if o.kind == configMapKind {
			s.Cluster.Unknown[o.name] = extraconfig.NotReadYet
			if forbidden {
				s.Cluster.Unknown[o.name] = "corewarden's ServiceAccount may not read it"
			}
		}
		return nil
	}
	read := o.empty()
	switch err := r.cache.Get(ctx, o.key(), read); {
	case apierrors.IsNotFound(err):
	case err != nil:
		return fmt.Errorf("read %s: %w", o, err)
	default:
		s.add(read)
	}
	return nil
}

// signal returns a handler that wakes the watcher on every event.
func (w *Watcher) signal() toolscache.ResourceEventHandler {
	return toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { w.wake() },
		UpdateFunc: func(any, any) { w.wake() },
		DeleteFunc: func(any) { w.wake() },
	}
}
