package cluster

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"corewarden/extraconfig/workload"
)

// OfDeployment returns what counts of a Deployment.
func OfDeployment(d *appsv1.Deployment) workload.Workload {
	return workload.New("Deployment", d.Name, pod(&d.Spec.Template.Spec))
}

// OfDaemonSet returns what counts of a DaemonSet.
func OfDaemonSet(d *appsv1.DaemonSet) workload.Workload {
	return workload.New("DaemonSet", d.Name, pod(&d.Spec.Template.Spec))
}

func pod(spec *corev1.PodSpec) workload.Pod {
	p := workload.Pod{HostNetwork: spec.HostNetwork}
	for _, c := range spec.Containers {
		container := workload.Container{Name: c.Name, Image: c.Image, Command: c.Command, Args: c.Args, WorkingDir: c.WorkingDir}
		if len(c.EnvFrom) > 0 {
			container.EnvFrom = make([]struct{}, len(c.EnvFrom))
		}
		for _, v := range c.Env {
			variable := workload.EnvVar{Name: v.Name, Value: v.Value}
			if v.ValueFrom != nil {
				variable.ValueFrom = &struct{}{}
			}
			container.Env = append(container.Env, variable)
		}
		for _, m := range c.VolumeMounts {
			container.VolumeMounts = append(container.VolumeMounts, workload.VolumeMount{
				Name: m.Name, MountPath: m.MountPath, SubPath: m.SubPath, SubPathExpr: m.SubPathExpr,
			})
		}
		p.Containers = append(p.Containers, container)
	}
	for _, v := range spec.Volumes {
		p.Volumes = append(p.Volumes, volume(v))
	}
	return p
}

func volume(v corev1.Volume) workload.Volume {
	switch {
	case v.ConfigMap != nil:
		source := v.ConfigMap
		return workload.Volume{Name: v.Name, ConfigMap: configMapSource(source.LocalObjectReference, source.Items, source.Optional)}
	case v.Projected == nil:
		return workload.Volume{Name: v.Name}
	}
	projected := &workload.Projected{}
	for _, source := range v.Projected.Sources {
		var s workload.Source
		if c := source.ConfigMap; c != nil {
			s.ConfigMap = configMapSource(c.LocalObjectReference, c.Items, c.Optional)
		}
		projected.Sources = append(projected.Sources, s)
	}
	return workload.Volume{Name: v.Name, Projected: projected}
}

func configMapSource(ref corev1.LocalObjectReference, items []corev1.KeyToPath, optional *bool) *workload.ConfigMapSource {
	s := &workload.ConfigMapSource{Name: ref.Name, Optional: optional != nil && *optional}
	for _, item := range items {
		s.Items = append(s.Items, workload.KeyToPath{Key: item.Key, Path: item.Path})
	}
	return s
}
