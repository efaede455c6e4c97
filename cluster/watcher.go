// Package cluster watches what decides what the DNS servers load: their two workloads, and
// the ConfigMaps and Services that these name.
//
// Every object is watched by its name, so that neither the memory nor the rights that this
// takes grow with the cluster. The ServiceAccount needs get, list and watch on the objects
// by resourceNames, in kube-system. What it may not read counts as unknown.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// The workloads that are watched.
const (
	Deployment = "coredns"
	DaemonSet  = "node-local-dns"
)

// A Watcher knows the state of the cluster as of a moment ago. It is a part of a manager
// and runs on every replica.
type Watcher struct {
	manager manager.Manager
	servers []extraconfig.Server
	changed chan struct{} // has room for one: something is to be read again

	state   atomic.Pointer[state]
	readers map[object]*reader // of Start alone

	mu      sync.Mutex // guards what follows
	waiting []chan<- event.GenericEvent
}

// state is what was last read.
type state struct {
	cluster *extraconfig.Cluster
	synced  bool // all of it has been read, but for what may not be
}

// update returns what follows s once that was read, s itself if nothing has changed. What is
// kept of files that were read goes with the cluster they belong to: others, also those of
// keys that were renamed, would never be asked for again.
func (s *state) update(read *extraconfig.Cluster, synced bool) *state {
	synced = synced || s.synced
	read.Sources = s.cluster.Sources
	switch {
	case !reflect.DeepEqual(s.cluster, read):
		read.Sources = &corefile.Sources{}
		return &state{read, synced}
	case synced != s.synced:
		return &state{s.cluster, synced}
	}
	return s
}

// NewWatcher adds a watcher to mgr, whose cache has to hold the two workloads. The servers are
// judged for in any case: see extraconfig.Cluster.
func NewWatcher(ctx context.Context, mgr manager.Manager, servers []extraconfig.Server) (*Watcher, error) {
	w := &Watcher{
		manager: mgr, servers: servers,
		changed: make(chan struct{}, 1), readers: map[object]*reader{},
	}
	w.state.Store(&state{cluster: &extraconfig.Cluster{Servers: servers, Sources: &corefile.Sources{}}})
	for _, kind := range []client.Object{&appsv1.Deployment{}, &appsv1.DaemonSet{}} {
		informer, err := mgr.GetCache().GetInformer(ctx, kind, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, fmt.Errorf("watch the workloads: %w", err)
		}
		if _, err := informer.AddEventHandler(w.signal()); err != nil {
			return nil, fmt.Errorf("watch the workloads: %w", err)
		}
	}
	return w, mgr.Add(w)
}

// Cluster returns what is known. Nothing in it may be changed, and nothing in it changes:
// after a change another one is returned.
func (w *Watcher) Cluster() *extraconfig.Cluster { return w.state.Load().cluster }

// Synced reports whether all has been read for the first time, but for what may not be.
func (w *Watcher) Synced() bool { return w.state.Load().synced }

// Ready is a check that fails until then.
func (w *Watcher) Ready(*http.Request) error {
	if !w.Synced() {
		return errors.New("what the DNS servers load has not been read yet")
	}
	return nil
}

// Notify sends an event after every change of what Cluster and Synced return. The channel
// needs room for one, and gets no second while the first is waiting there.
func (w *Watcher) Notify(changes chan<- event.GenericEvent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = append(w.waiting, changes)
}

// NeedLeaderElection is false: every replica answers admission requests.
func (w *Watcher) NeedLeaderElection() bool { return false }

// Start follows the cluster until ctx ends.
func (w *Watcher) Start(ctx context.Context) error {
	if !w.manager.GetCache().WaitForCacheSync(ctx) {
		return nil // ctx has ended
	}
	for {
		if err := w.read(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.changed:
		}
	}
}

// read brings the state up to date, and the set of what is watched with it.
func (w *Watcher) read(ctx context.Context) error {
	next := &extraconfig.Cluster{
		Servers: w.servers, ConfigMaps: map[string]extraconfig.ConfigMap{},
		Services: map[string]string{}, Unknown: map[string]string{},
	}
	var err error
	if next.Workloads, err = w.workloads(ctx); err != nil {
		return err
	}
	synced, err := w.follow(ctx, wanted(next))
	if err != nil {
		return err
	}
	for o, r := range w.readers {
		if err := r.readInto(ctx, o, next); err != nil {
			return err
		}
	}
	last := w.state.Load()
	if now := last.update(next, synced); now != last {
		w.state.Store(now)
		w.tell()
	}
	return nil
}

func (w *Watcher) workloads(ctx context.Context) ([]workload.Workload, error) {
	var all []workload.Workload
	var deployment appsv1.Deployment
	var daemonSet appsv1.DaemonSet
	for _, o := range []struct {
		name   string
		object client.Object
		value  func() workload.Workload
	}{
		{Deployment, &deployment, func() workload.Workload { return OfDeployment(&deployment) }},
		{DaemonSet, &daemonSet, func() workload.Workload { return OfDaemonSet(&daemonSet) }},
	} {
		err := w.manager.GetCache().Get(ctx, types.NamespacedName{Namespace: extraconfig.Namespace, Name: o.name}, o.object)
		if client.IgnoreNotFound(err) != nil {
			return nil, fmt.Errorf("read workload %s: %w", o.name, err)
		}
		if err == nil {
			all = append(all, o.value())
		}
	}
	return all, nil
}

// wanted returns the objects that matter for what the workloads load.
func wanted(c *extraconfig.Cluster) map[object]bool {
	configMaps, services := c.Names()
	all := map[object]bool{}
	for _, name := range configMaps {
		all[object{configMapKind, name}] = true
	}
	for _, name := range services {
		all[object{serviceKind, name}] = true
	}
	return all
}

// follow starts and ends readers until there is one for each wanted object. It reports
// whether all of them know their object, or that they may not read it.
func (w *Watcher) follow(ctx context.Context, wanted map[object]bool) (synced bool, err error) {
	for o, r := range w.readers {
		if !wanted[o] {
			r.stop()
			delete(w.readers, o)
		}
	}
	synced = true
	for o := range wanted {
		r, found := w.readers[o]
		if !found {
			if r, err = w.newReader(ctx, o); err != nil {
				return false, err
			}
			w.readers[o] = r
		}
		synced = synced && r.answered()
	}
	return synced, nil
}

func (w *Watcher) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, changes := range w.waiting {
		select {
		case changes <- event.GenericEvent{Object: &corev1.ConfigMap{}}:
		default:
		}
	}
}
