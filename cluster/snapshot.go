package cluster

import (
	"reflect"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// A Snapshot is what is known of the cluster at one moment. It is all that admission judges by
// and that a rollout begins with, so that both speak of the same cluster.
type Snapshot struct {
	// Cluster is what the DNS servers load. It is the same one as in the snapshot before where
	// nothing of that has changed.
	Cluster *extraconfig.Cluster
	// Deployment and DaemonSet are the workloads, and ConfigMap is extraconfig.Name, each nil
	// where there is none.
	Deployment *appsv1.Deployment
	DaemonSet  *appsv1.DaemonSet
	ConfigMap  *corev1.ConfigMap
	// Complete says that all has been read once, but for ConfigMaps and Services that may not be.
	Complete bool
}

// emptySnapshot returns one to be filled. It is complete until something is missing.
func emptySnapshot(servers []extraconfig.Server) *Snapshot {
	return &Snapshot{Complete: true, Cluster: &extraconfig.Cluster{
		Servers: servers, ConfigMaps: map[string]extraconfig.ConfigMap{},
		Services: map[string]string{}, Unknown: map[string]string{},
	}}
}

// nothingRead is the snapshot before the first.
func nothingRead(servers []extraconfig.Server) *Snapshot {
	return &Snapshot{Cluster: &extraconfig.Cluster{Servers: servers, Sources: &corefile.Sources{}}}
}

// add adds an object that was read.
func (s *Snapshot) add(read client.Object) {
	switch read := read.(type) {
	case *appsv1.Deployment:
		s.Deployment = read
		s.Cluster.Workloads = append(s.Cluster.Workloads, OfDeployment(read))
	case *appsv1.DaemonSet:
		s.DaemonSet = read
		s.Cluster.Workloads = append(s.Cluster.Workloads, OfDaemonSet(read))
	case *corev1.ConfigMap:
		if read.Name == extraconfig.Name {
			s.ConfigMap = read
		}
		s.Cluster.ConfigMaps[read.Name] = OfConfigMap(read)
	case *corev1.Service:
		s.Cluster.Services[read.Name] = read.Spec.ClusterIP
	}
}

// update returns what follows s once next was read, s itself if nothing has changed. What is
// kept of files that were read goes with the cluster they belong to: others, also those of
// keys that were renamed, would never be asked for again.
func (s *Snapshot) update(next *Snapshot) *Snapshot {
	next.Complete = next.Complete || s.Complete
	next.Cluster.Sources = s.Cluster.Sources
	if reflect.DeepEqual(s.Cluster, next.Cluster) {
		next.Cluster = s.Cluster
	} else {
		next.Cluster.Sources = &corefile.Sources{}
	}
	if next.Cluster == s.Cluster && next.Complete == s.Complete &&
		same(s.Deployment, next.Deployment) && same(s.DaemonSet, next.DaemonSet) && same(s.ConfigMap, next.ConfigMap) {
		return s
	}
	return next
}

// same reports whether two pointers are nil, or to the same version of the same object.
func same[T any, P interface {
	*T
	client.Object
}](a, b P) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.GetUID() == b.GetUID() && a.GetResourceVersion() == b.GetResourceVersion()
}
