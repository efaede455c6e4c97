package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	certutil "k8s.io/client-go/util/cert"
	ctrl "sigs.k8s.io/controller-runtime"

	"corewarden/cluster"
	"corewarden/e2e/process"
	"corewarden/extraconfig"
	"corewarden/webhook"
	"corewarden/webhook/serving"
)

// serveVariable holds the address on which this program is to serve the webhooks instead of
// running tests.
const serveVariable = "COREWARDEN_TEST_SERVE"

func TestMain(m *testing.M) {
	if address := os.Getenv(serveVariable); address != "" {
		if err := serveWebhooks(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveWebhooks serves the webhooks for a cluster like MetaKube's, as run does.
func serveWebhooks(address string) error {
	ctrl.SetLogger(logr.Discard())
	limitMemory(logr.Discard())
	cert, key, err := certutil.GenerateSelfSignedCertKey("127.0.0.1", nil, nil)
	if err != nil {
		return err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return err
	}
	o, err := parseOptions(nil, io.Discard)
	if err != nil {
		return err
	}
	known, err := metakube(o.servers)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	server, err := serving.New(serving.Options{
		Address:        address,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &pair, nil },
		Logger:         logr.Discard(),
		Registerer:     registry,
	})
	if err != nil {
		return err
	}
	err = webhook.Register(server, webhook.Options{
		Cluster: func() *extraconfig.Cluster { return known }, Scheme: scheme.Scheme, Registerer: registry,
	})
	if err != nil {
		return err
	}
	return server.Start(context.Background())
}

// metakube is what is known of a cluster like MetaKube's.
func metakube(servers []extraconfig.Server) (*extraconfig.Cluster, error) {
	k := extraconfig.Cluster{Servers: servers}
	for _, name := range []string{"coredns", "node-local-dns"} {
		text, err := os.ReadFile("../../e2e/metakube/manifests/" + name + ".yaml")
		if err != nil {
			return nil, err
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			var deployment appsv1.Deployment
			var daemonSet appsv1.DaemonSet
			var configMap corev1.ConfigMap
			switch {
			case yaml.UnmarshalStrict([]byte(document), &deployment) == nil && deployment.Kind == "Deployment":
				k = k.With(cluster.OfDeployment(&deployment))
			case yaml.UnmarshalStrict([]byte(document), &daemonSet) == nil && daemonSet.Kind == "DaemonSet":
				k = k.With(cluster.OfDaemonSet(&daemonSet))
			case yaml.UnmarshalStrict([]byte(document), &configMap) == nil && configMap.Kind == "ConfigMap":
				k = k.WithConfigMap(configMap.Name, cluster.OfConfigMap(&configMap))
			}
		}
	}
	return &k, nil
}

const (
	// podMemory is the limit that deploy/base gives a pod.
	podMemory = 256 << 20
	// others is enough for what the process holds that is not started here: its caches and
	// its controller.
	others = 24 << 20
)

// TestManyLargeReviewsFitIntoThePod asks the webhooks about many large ConfigMaps at once, in a
// process in a cgroup with the pod's limit. What counts is the cgroup's memory without what the
// kernel can drop from the page cache.
func TestManyLargeReviewsFitIntoThePod(t *testing.T) { //nolint:paralleltest // it is about memory
	if testing.Short() {
		t.Skip("it takes some seconds, and -short is set")
	}
	if underRace {
		t.Skip("the race detector takes several times the memory")
	}
	const reviews, size = 64, 1 << 20
	for _, test := range []struct {
		name, text string
		key        string
	}{
		{"server blocks", "zone%x.example {\n    forward . 10.0.0.1\n    cache 30\n}\n", "Corefile"},
		{"a wrong key name", "zone%x.example {\n    forward . 10.0.0.1\n    cache 30\n}\n", "example.org"},
		{"what JSON escapes", "zone%x.example {\n    log \"" + strings.Repeat("<", 4000) + "\"\n}\n", "Corefile"},
	} {
		t.Run(test.name, func(t *testing.T) {
			group := newCgroup(t, podMemory)
			address := startServing(t, group)
			atRest := group.memory(t)
			peak := group.watch(t)
			answers := ask(t, address, reviews, review(t, test.key, filled(test.text, size)))
			most := <-peak()
			t.Logf("%d MiB at rest, %d MiB at most; answers by status: %v", atRest>>20, most>>20, answers)
			refused := answers[http.StatusServiceUnavailable] + answers[http.StatusRequestTimeout] + answers[cutOff]
			if answers[http.StatusOK] == 0 || answers[http.StatusOK]+refused != 2*reviews {
				t.Errorf("answers by status: %v", answers)
			}
			if most > podMemory-others {
				t.Errorf("%d MiB are held, of %d MiB", most>>20, (podMemory-others)>>20)
			}
			if again := ask(t, address, 1, review(t, "Corefile", "")); again[http.StatusOK] != 2 {
				t.Errorf("afterwards it answers %v", again)
			}
		})
	}
}

// filled returns numbered repetitions of a text of almost the given size.
func filled(format string, size int) string {
	var text strings.Builder
	for i := 0; text.Len() < size-2*len(format); i++ {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

func review(t *testing.T, key, text string) []byte {
	t.Helper()
	object := map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": extraconfig.Name, "namespace": extraconfig.Namespace},
		"data": map[string]string{key: text},
	}
	body, err := json.Marshal(map[string]any{
		"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
		"request": map[string]any{
			"uid": "1", "operation": "UPDATE", "namespace": extraconfig.Namespace, "object": object, "oldObject": object,
			"kind": map[string]string{"version": "v1", "kind": "ConfigMap"}, "resource": map[string]string{"version": "v1", "resource": "configmaps"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// cutOff is counted for a refusal of a review that is not read to its end: the connection may be
// gone before the client reads the answer.
const cutOff = 0

// ask sends a review several times at once, to both webhooks, and returns how many answers have
// which status.
func ask(t *testing.T, address string, times int, body []byte) map[int]int {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // its certificate is new
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	answers := map[int]int{}
	var group sync.WaitGroup
	for range times {
		group.Go(func() {
			for _, path := range []string{webhook.KeysPath, webhook.ContentPath} {
				status := cutOff
				response, err := client.Post("https://"+address+path, "application/json", bytes.NewReader(body))
				if err == nil {
					_, _ = io.Copy(io.Discard, response.Body)
					response.Body.Close()
					status = response.StatusCode
				}
				mu.Lock()
				answers[status]++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return answers
}

// startServing starts this program in a cgroup, as a server of the webhooks.
func startServing(t *testing.T, group memoryCgroup) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	listener.Close()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The shell is in the cgroup before it copies the program, so that all of that counts.
	command := exec.Command("/bin/sh", "-c", `echo $$ >"$0" && cp "$1" "$2" && exec "$2"`, //nolint:gosec // it is this test
		filepath.Join(string(group), "cgroup.procs"), program, filepath.Join(t.TempDir(), "webhook"))
	command.Env = append(os.Environ(), serveVariable+"="+address, "GOGC=100") // as in a pod, whatever tests have
	command.Stderr = os.Stderr
	child, err := process.Start(command, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Kill() })
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
			return address
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// A memoryCgroup is the folder of a cgroup with a limit of memory, of version 1 or 2.
type memoryCgroup string

// newCgroup makes a cgroup. Where it cannot, the test is skipped.
func newCgroup(t *testing.T, limit int) memoryCgroup {
	t.Helper()
	parent, file := "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
	if _, err := os.Stat(parent); err != nil {
		parent, file = "/sys/fs/cgroup", "memory.max"
	}
	dir, err := os.MkdirTemp(parent, "corewarden-") //nolint:usetesting // it has to be there
	if err != nil {
		t.Skipf("no cgroup can be made: %v", err)
	}
	t.Cleanup(func() {
		for range 100 { // the kernel lets it go some time after its last process
			if err = os.Remove(dir); err == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Error(err)
	})
	if err := os.WriteFile(filepath.Join(dir, file), []byte(strconv.Itoa(limit)), 0o600); err != nil {
		t.Skipf("the memory of a cgroup cannot be limited: %v", err)
	}
	return memoryCgroup(dir)
}

// memory returns what the cgroup holds, without the files that nobody has used for a while.
func (g memoryCgroup) memory(t *testing.T) int {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(string(g), name))
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(text))
	}
	usage, key := read("memory.usage_in_bytes"), "total_inactive_file"
	if usage == "" {
		usage, key = read("memory.current"), "inactive_file"
	}
	held, err := strconv.Atoi(usage)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(read("memory.stat")) {
		if value, found := strings.CutPrefix(line, key+" "); found {
			inactive, err := strconv.Atoi(strings.TrimSpace(value))
			if err != nil {
				t.Fatal(err)
			}
			return held - inactive
		}
	}
	t.Fatalf("%s has no %s", g, key)
	return 0
}

// watch measures until the function that it returns is called, which yields the most.
func (g memoryCgroup) watch(t *testing.T) (end func() <-chan int) {
	t.Helper()
	stop, most := make(chan struct{}), make(chan int, 1)
	go func() {
		peak := 0
		for {
			select {
			case <-stop:
				most <- peak
				return
			case <-time.After(2 * time.Millisecond):
				peak = max(peak, g.memory(t))
			}
		}
	}()
	return func() <-chan int { close(stop); return most }
}
