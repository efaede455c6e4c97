package cluster

import (
	"context"
	"errors"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// Read returns what a Watcher would know now, for a program that looks once. ConfigMaps
// that the reader may not read are unknown, as they are to a Watcher.
func Read(ctx context.Context, api client.Reader, servers []extraconfig.Server) (*extraconfig.Cluster, error) {
	c := &extraconfig.Cluster{
		Servers: servers, ConfigMaps: map[string]extraconfig.ConfigMap{},
		Services: map[string]string{}, Unknown: map[string]string{},
	}
	var deployment appsv1.Deployment
	var daemonSet appsv1.DaemonSet
	foundDeployment, errDeployment := get(ctx, api, Deployment, &deployment)
	foundDaemonSet, errDaemonSet := get(ctx, api, DaemonSet, &daemonSet)
	if err := errors.Join(errDeployment, errDaemonSet); err != nil {
		return nil, err
	}
	if foundDeployment {
		c.Workloads = append(c.Workloads, OfDeployment(&deployment))
	}
	if foundDaemonSet {
		c.Workloads = append(c.Workloads, OfDaemonSet(&daemonSet))
	}
	configMaps, services := c.Names()
	for _, name := range configMaps {
		var read corev1.ConfigMap
		found, err := get(ctx, api, name, &read)
		switch {
		case apierrors.IsForbidden(err):
			c.Unknown[name] = "you may not read it"
		case err != nil:
			return nil, err
		case found:
			c.ConfigMaps[name] = OfConfigMap(&read)
		}
	}
	for _, name := range services {
		var read corev1.Service
		found, err := get(ctx, api, name, &read)
		if err != nil && !apierrors.IsForbidden(err) {
			return nil, err
		}
		if found {
			c.Services[name] = read.Spec.ClusterIP
		}
	}
	return c, nil
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

func get(ctx context.Context, api client.Reader, name string, into client.Object) (found bool, err error) {
	err = api.Get(ctx, types.NamespacedName{Namespace: extraconfig.Namespace, Name: name}, into)
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", name, err)
	}
	return true, nil
}
