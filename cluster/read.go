package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// Read returns what a Watcher would know now, for a program that looks once. ConfigMaps
// that the reader may not read are unknown, as they are to a Watcher.
func Read(ctx context.Context, api client.Reader, servers []extraconfig.Server) (*Snapshot, error) {
	s := emptySnapshot(servers)
	for _, o := range workloads {
		if err := readNow(ctx, api, o, s); err != nil {
			return nil, err
		}
	}
	for _, o := range named(s.Cluster) {
		err := readNow(ctx, api, o, s)
		if !apierrors.IsForbidden(err) && err != nil {
			return nil, err
		}
		if err != nil && o.kind == configMapKind {
			s.Cluster.Unknown[o.name] = "you may not read it"
		}
	}
	return s, nil
}

// readNow adds an object to a snapshot, if it is there.
func readNow(ctx context.Context, api client.Reader, o object, s *Snapshot) error {
	read := o.empty()
	switch err := api.Get(ctx, o.key(), read); {
	case apierrors.IsNotFound(err):
	case err != nil:
		return fmt.Errorf("read %s: %w", o.name, err)
	default:
		s.add(read)
	}
	return nil
}

// OfConfigMap returns what counts of a ConfigMap.
func OfConfigMap(c *corev1.ConfigMap) extraconfig.ConfigMap {
	return extraconfig.ConfigMap{Data: c.Data, BinaryData: c.BinaryData, Annotations: c.Annotations}
}

// WorkloadOf returns the workload of a name, if it is known.
func WorkloadOf(c *extraconfig.Cluster, name string) (workload.Workload, bool) {
	for _, w := range c.Workloads {
		if w.Name == name {
			return w, true
		}
	}
	return workload.Workload{}, false
}
