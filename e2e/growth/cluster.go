package main

import (
	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// cluster returns one with a CoreDNS whose own Corefile loads the judged ConfigMap and
// another, which holds the text.
func cluster(r release.Release, beside string) extraconfig.Cluster {
	mount := func(name string) workload.VolumeMount {
		return workload.VolumeMount{Name: name, MountPath: "/etc/" + name}
	}
	volume := func(name string) workload.Volume {
		return workload.Volume{Name: name, ConfigMap: &workload.ConfigMapSource{Name: name}}
	}
	names := []string{"coredns", judged, extraconfig.CoreDNSName}
	pod := workload.Pod{Containers: []workload.Container{{Name: "coredns", Image: "coredns:" + r.CoreDNSVersion(), Args: []string{"-conf", "/etc/coredns/Corefile"}}}}
	for _, name := range names {
		pod.Volumes = append(pod.Volumes, volume(name))
		pod.Containers[0].VolumeMounts = append(pod.Containers[0].VolumeMounts, mount(name))
	}
	return extraconfig.Cluster{
		Servers:   []extraconfig.Server{{Workload: "coredns", Release: r}},
		Workloads: []workload.Workload{workload.New("Deployment", "coredns", pod)},
		Services:  map[string]string{"kube-dns": cases.ClusterDNS},
		ConfigMaps: map[string]extraconfig.ConfigMap{
			"coredns":               data(base),
			extraconfig.CoreDNSName: data(beside),
		},
	}
}

const base = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
}
import /etc/dns-extra-configs/*Corefile
import /etc/coredns-extra-configs/*Corefile
`
