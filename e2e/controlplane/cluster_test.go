package controlplane_test

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/metakube"
	"corewarden/e2e/parts"
)

// TestCluster goes through the life of one cluster; the steps build on each other.
func TestCluster(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	temp := t.TempDir()
	begin := time.Now()
	cluster, err := controlplane.Start(ctx, controlplane.Options{Output: os.Stderr, TempDir: temp})
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	t.Logf("the control plane is ready after %s", time.Since(begin))
	if err := metakube.Install(ctx, cluster); err != nil {
		t.Fatalf("Install: %v", err)
	}
	t.Logf("both workloads are rolled out after %s", time.Since(begin))

	kubectl := func(t *testing.T, args ...string) string {
		t.Helper()
		out, err := cluster.Kubectl(ctx, args...)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(out)
	}

	t.Run("three nodes are ready", func(t *testing.T) {
		got := kubectl(t, "get", "nodes", "-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`)
		if got != "True True True" {
			t.Errorf("Ready of the nodes is %q, want three times True", got)
		}
	})

	t.Run("both workloads are rolled out whole", func(t *testing.T) {
		tests := []struct{ workload, status, want string }{
			{"deployment/coredns", "{.status.updatedReplicas} {.status.availableReplicas}", "2 2"},
			{"daemonset/node-local-dns", "{.status.updatedNumberScheduled} {.status.numberAvailable}", "3 3"},
		}
		for _, tt := range tests {
			if got := kubectl(t, "-n", "kube-system", "get", tt.workload, "-o", "jsonpath="+tt.status); got != tt.want {
				t.Errorf("%s has %q updated and available pods, want %q", tt.workload, got, tt.want)
			}
		}
	})

	t.Run("client and server say the pinned version", func(t *testing.T) {
		if os.Getenv("KUBEBUILDER_ASSETS") != "" {
			t.Skip("prebuilt binaries have versions of their own")
		}
		source, err := parts.Source(ctx, parts.Kubectl)
		if err != nil {
			t.Fatal(err)
		}
		_, pinned, _ := strings.Cut(source, "kubernetes@")
		got := kubectl(t, "version")
		for _, want := range []string{"Client Version: " + pinned, "Server Version: " + pinned} {
			if !strings.Contains(got, want) {
				t.Errorf("kubectl version says:\n%s\nwant %s", got, want)
			}
		}
	})

	t.Run("a service account may do only what it was given", func(t *testing.T) {
		kubectl(t, "create", "serviceaccount", "reader")
		kubectl(t, "create", "role", "reader", "--verb=get,list", "--resource=configmaps")
		kubectl(t, "create", "rolebinding", "reader", "--role=reader", "--serviceaccount=default:reader")
		kubeconfig, err := cluster.ServiceAccountKubeconfig(ctx, "default", "reader")
		if err != nil {
			t.Fatal(err)
		}
		kubectl(t, "--kubeconfig", kubeconfig, "get", "configmaps")
		_, err = cluster.Kubectl(ctx, "--kubeconfig", kubeconfig, "-n", "kube-system", "get", "configmaps")
		const want = `User "system:serviceaccount:default:reader" cannot list resource "configmaps"`
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("reading another namespace gave error %v, want one that has %s", err, want)
		}
	})

	for _, program := range []parts.Part{parts.KubeAPIServer, parts.Etcd} {
		t.Run("killing and restarting "+string(program)+" loses nothing", func(t *testing.T) {
			name := "kept-over-" + string(program)
			kubectl(t, "create", "configmap", name, "--from-literal=key=value")
			process := cluster.Process(program)
			killed := process.PID()
			if err := process.Kill(); err != nil {
				t.Fatal(err)
			}
			if process.PID() != 0 || isRunning(killed) {
				t.Fatalf("process %d still runs", killed)
			}
			if err := process.Start(ctx); err != nil {
				t.Fatal(err)
			}
			waitReady(t, cluster)
			if got := kubectl(t, "get", "configmap", name, "-o", "jsonpath={.data.key}"); got != "value" {
				t.Errorf("the ConfigMap has %q, want \"value\"", got)
			}
		})
	}

	t.Run("controllers and nodes go on after the restarts", func(t *testing.T) {
		kubectl(t, "-n", "kube-system", "rollout", "restart", "deployment/coredns")
		kubectl(t, "-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=5m")
	})

	t.Run("Stop leaves no process and no file", func(t *testing.T) {
		pids := make(map[parts.Part]int)
		for _, p := range []parts.Part{parts.Etcd, parts.KubeAPIServer, parts.KubeControllerManager, parts.KubeScheduler, parts.Kwok} {
			pids[p] = cluster.Process(p).PID()
		}
		began := time.Now()
		if err := cluster.Stop(); err != nil {
			t.Fatal(err)
		}
		t.Logf("stopped within %s", time.Since(began))
		for p, pid := range pids {
			if pid == 0 || isRunning(pid) {
				t.Errorf("%s (process %d) was not running before Stop, or still is", p, pid)
			}
		}
		left, err := os.ReadDir(temp)
		if err != nil || len(left) != 0 {
			t.Errorf("the temporary folder holds %v (error %v), want nothing", left, err)
		}
	})
}

// waitReady waits until the API server serves again; while etcd is away it does not.
func waitReady(t *testing.T, cluster *controlplane.Cluster) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		out, err := cluster.Kubectl(t.Context(), "get", "--raw", "/readyz")
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the API server is not ready: %s", out)
		}
	}
}

func isRunning(pid int) bool {
	return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
