// Package realnode runs Kubernetes nodes for tests on one Linux machine, without a
// container engine, a registry or the internet: for each node containerd, runc, the CNI
// plugins, kubelet and kube-proxy, beside a control plane of package controlplane. Pods
// run for real there, and so do Services and DNS.
//
// A package whose tests use nodes hands its tests to [Main], which runs the whole test
// binary again in mount, network, PID, UTS, IPC and cgroup namespaces of its own. Nothing
// of the machine is touched there: system folders are read-only, no interface leads out,
// and when the tests end, the kernel ends everything else and takes it away.
//
//	func TestMain(m *testing.M) { realnode.Main(m) }
//
//	func TestSomething(t *testing.T) {
//		realnode.Need(t) // skips, with the reason, where there cannot be nodes
//		cluster, err := realnode.Start(t.Context(), realnode.Options{Nodes: 3})
//		if err != nil {
//			t.Fatal(err)
//		}
//		cluster.Kubectl(t.Context(), "get", "pods", "--all-namespaces")
//
//		node := cluster.Nodes()[1]
//		node.Run(t.Context(), "iptables-save")
//		node.Lookup(t.Context(), "udp", "169.254.20.10:53", "example.org.", dns.TypeA)
//		pod, err := cluster.Pod(t.Context(), "default", "client")
//		pod.Lookup(t.Context(), "tcp", "10.240.16.10:53", "example.org.", dns.TypeA)
//		node.Kubelet.Restart(t.Context())
//	}
//
// A cluster is ready in about ten seconds, so a package starts one for all of its tests.
// Each node has the images of pause, CoreDNS, node-cache and Corewarden; see [Images].
package realnode
