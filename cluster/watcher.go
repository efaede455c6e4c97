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
	"net/http"
	"sync"
	"sync/atomic"

	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"corewarden/extraconfig"
)

// The workloads that are watched.
const (
	Deployment = "coredns"
	DaemonSet  = "node-local-dns"
)

// A Watcher knows the state of the cluster as of a moment ago. It is a part of a manager
// and runs on every replica, so that a new leader has all at hand.
type Watcher struct {
	manager manager.Manager
	servers []extraconfig.Server
	trim    toolscache.TransformFunc
	changed chan struct{} // has room for one: something is to be read again

	snapshot atomic.Pointer[Snapshot]
	readers  map[object]*reader // of Start alone

	mu        sync.Mutex // guards what follows
	listeners []func()
}

// NewWatcher adds a watcher to mgr. The servers are judged for in any case: see
// extraconfig.Cluster. Objects are kept as trim leaves them.
func NewWatcher(mgr manager.Manager, servers []extraconfig.Server, trim toolscache.TransformFunc) (*Watcher, error) {
	w := &Watcher{
		manager: mgr, servers: servers, trim: trim,
		changed: make(chan struct{}, 1), readers: map[object]*reader{},
	}
	w.snapshot.Store(nothingRead(servers))
	return w, mgr.Add(w)
}

// Snapshot returns what is known. Nothing in it may be changed, and nothing in it changes:
// after a change another one is returned.
func (w *Watcher) Snapshot() *Snapshot { return w.snapshot.Load() }

// Cluster returns what is known of what the DNS servers load.
func (w *Watcher) Cluster() *extraconfig.Cluster { return w.Snapshot().Cluster }

// Ready is a check that fails until the snapshot is complete.
func (w *Watcher) Ready(*http.Request) error {
	if !w.Snapshot().Complete {
		return errors.New("what the DNS servers load has not been read yet")
	}
	return nil
}

// OnChange has a function called after every change of the snapshot. It must not block.
func (w *Watcher) OnChange(listener func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listeners = append(w.listeners, listener)
}

// NeedLeaderElection is false: every replica answers admission requests.
func (w *Watcher) NeedLeaderElection() bool { return false }

// Start follows the cluster until ctx ends.
func (w *Watcher) Start(ctx context.Context) error {
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

// read brings the snapshot up to date, and the set of what is watched with it.
func (w *Watcher) read(ctx context.Context) error {
	next := emptySnapshot(w.servers)
	wanted := map[object]bool{}
	if err := w.readInto(ctx, next, workloads, wanted); err != nil {
		return err
	}
	if next.Complete { // or it is not known yet what the workloads name
		if err := w.readInto(ctx, next, named(next.Cluster), wanted); err != nil {
			return err
		}
	}
	for o, r := range w.readers {
		if !wanted[o] {
			r.stop()
			delete(w.readers, o)
		}
	}
	last := w.Snapshot()
	if now := last.update(next); now != last {
		w.snapshot.Store(now)
		w.announce()
	}
	return nil
}

// readInto adds what is known of objects to a snapshot, and notes that they are wanted.
func (w *Watcher) readInto(ctx context.Context, s *Snapshot, objects []object, wanted map[object]bool) error {
	for _, o := range objects {
		r, found := w.readers[o]
		if !found {
			var err error
			if r, err = w.newReader(ctx, o); err != nil {
				return err
			}
			w.readers[o] = r
		}
		wanted[o] = true
		if err := r.readInto(ctx, o, s); err != nil {
			return err
		}
	}
	return nil
}

func (w *Watcher) announce() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, listener := range w.listeners {
		listener()
	}
}

// wake has all read again, soon.
func (w *Watcher) wake() {
	select {
	case w.changed <- struct{}{}:
	default: // it is about to be
	}
}
