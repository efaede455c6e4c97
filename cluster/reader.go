package cluster

import (
	"context"
	"fmt"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// A kind is one of those of which single objects are read.
type kind string

const (
	configMapKind kind = "ConfigMap"
	serviceKind   kind = "Service"
)

// An object is one that is read, in extraconfig.Namespace.
type object struct {
	kind kind
	name string
}

func (o object) empty() client.Object {
	if o.kind == serviceKind {
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
		DefaultTransform:            cache.TransformStripManagedFields(),
		DefaultWatchErrorHandler: func(ctx context.Context, reflector *toolscache.Reflector, err error) {
			if r.forbidden.Store(apierrors.IsForbidden(err)); apierrors.IsForbidden(err) {
				w.wake()
			}
			toolscache.DefaultWatchErrorHandler(ctx, reflector, err)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("watch %s %s: %w", o.kind, o.name, err)
	}
	informer, err := r.cache.GetInformer(ctx, o.empty(), cache.BlockUntilSynced(false))
	if err == nil {
		_, err = informer.AddEventHandler(w.signal())
	}
	if err != nil {
		return nil, fmt.Errorf("watch %s %s: %w", o.kind, o.name, err)
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

// answered reports whether the reader knows its object, or that it may not read it.
func (r *reader) answered() bool { return r.synced.Load() || r.forbidden.Load() }

// readInto adds the object to what is known of the cluster, or why it is not known.
func (r *reader) readInto(ctx context.Context, o object, c *extraconfig.Cluster) error {
	if !r.synced.Load() {
		if o.kind == configMapKind {
			c.Unknown[o.name] = extraconfig.NotReadYet
			if r.forbidden.Load() {
				c.Unknown[o.name] = "corewarden's ServiceAccount may not read it"
			}
		}
		return nil
	}
	read := o.empty()
	err := r.cache.Get(ctx, types.NamespacedName{Namespace: extraconfig.Namespace, Name: o.name}, read)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s %s: %w", o.kind, o.name, err)
	}
	switch read := read.(type) {
	case *corev1.ConfigMap:
		c.ConfigMaps[o.name] = OfConfigMap(read)
	case *corev1.Service:
		c.Services[o.name] = read.Spec.ClusterIP
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

func (w *Watcher) wake() {
	select {
	case w.changed <- struct{}{}:
	default: // it is about to read already
	}
}
