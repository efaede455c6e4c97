package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"corewarden/e2e/process"
)

// asWalk makes the test binary the command itself, so that tests see its exit status.
const asWalk = "COREWARDEN_TEST_AS_WALK"

func TestMain(m *testing.M) {
	if os.Getenv(asWalk) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// A walk is the command as a process of its own.
type walk struct {
	child  *process.Child
	dir    string // where it keeps its files
	output output
}

// start starts the command. It is told to end when the test is over.
func start(t *testing.T, args ...string) *walk {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{dir: t.TempDir()}
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = append(os.Environ(), asWalk+"=1", "TMPDIR="+w.dir)
	cmd.Stdout, cmd.Stderr = &w.output, &w.output
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	if w.child, err = process.Start(cmd, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// awaits waits until the command has printed a text.
func (w *walk) awaits(t *testing.T, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // the first time, much is built
	defer cancel()
	if !w.output.await(ctx, text) {
		t.Fatalf("there is no %q in\n%s", text, w.output.String())
	}
}

// ends waits for the end of the command, and checks its exit status and that it leaves
// nothing behind.
func (w *walk) ends(t *testing.T, status int) {
	t.Helper()
	<-w.child.Done()
	if got := w.child.State().ExitCode(); got != status {
		t.Errorf("the exit status is %d, not %d, after\n%s", got, status, w.output.String())
	}
	if left, err := filepath.Glob(filepath.Join(w.dir, "corewarden-*")); err != nil || len(left) > 0 {
		t.Errorf("it has left %v (%v)", left, err)
	}
}

// output is what a command prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed when there is more
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.more != nil {
		close(o.more)
		o.more = nil
	}
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func (o *output) await(ctx context.Context, text string) bool {
	for {
		o.mu.Lock()
		found := strings.Contains(o.text.String(), text)
		if o.more == nil {
			o.more = make(chan struct{})
		}
		more := o.more
		o.mu.Unlock()
		if found {
			return true
		}
		select {
		case <-more:
		case <-ctx.Done():
			return false
		}
	}
}

func TestOnce(t *testing.T) {
	t.Parallel()
	w := start(t, "-once")
	w.ends(t, 0)
	rest := w.output.String()
	for _, text := range []string{
		"ready; the walk begins",
		"\n1. A typo is rejected, and nothing is stored.\n\n$ kubectl apply --filename e2e/walk/examples/typo.yaml\nThe ConfigMap \"dns-extra-configs\" is invalid:",
		"\n2. A wrong key name is stored under its right one,",
		"\n$ kubectl rollout status --namespace=kube-system deployment/coredns",
		"successfully rolled out",
		"\n3. Applying the same again restarts nothing.\n",
		"\n4. A change of comments and blanks alone restarts nothing.\n",
		"\n5. A dry run tells the truth,",
		"\n6. A change of the content rolls out,",
		"\n7. Deleting the ConfigMap rolls out too.\n",
		"every step did what it should",
	} {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Fatalf("%q is not in, or not in its place in\n%s", text, w.output.String())
		}
		rest = after
	}
	showsWhatReadmeSays(t, w.output.String())
}

// showsWhatReadmeSays looks for the README's transcripts of the walk in what it printed.
func showsWhatReadmeSays(t *testing.T, printed string) {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(root(), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, block := range strings.Split(string(readme), "```console\n")[1:] {
		transcript, _, _ := strings.Cut(block, "```")
		if !strings.HasPrefix(transcript, "$ kubectl apply --filename e2e/walk/examples") {
			continue
		}
		shown++
		if !strings.Contains(printed, transcript) {
			t.Errorf("README.md shows\n%s\nwhich the walk does not print", transcript)
		}
	}
	if shown != 2 {
		t.Errorf("README.md shows %d commands of the walk, want 2", shown)
	}
}

// TestFails takes the guard away before the steps that have to see a typo refused.
func TestFails(t *testing.T) {
	t.Parallel()
	w := start(t, "-once")
	w.awaits(t, "ready; the walk begins")
	api := w.client(t)
	err := api.AdmissionregistrationV1().ValidatingWebhookConfigurations().Delete(t.Context(), "corewarden", metav1.DeleteOptions{})
	if err != nil {
		t.Error(err)
	}
	w.ends(t, 1)
	shown := w.output.String()
	if want := "the command should fail and did not"; !strings.Contains(shown, want) || strings.Contains(shown, "every step did") {
		t.Errorf("%q is not why it ends in\n%s", want, shown)
	}
}

func TestRefusesUnknownFlags(t *testing.T) {
	t.Parallel()
	w := start(t, "-twice")
	w.ends(t, 1)
	if want := "flag provided but not defined: -twice"; !strings.Contains(w.output.String(), want) {
		t.Errorf("it says\n%s\nand not %q", w.output.String(), want)
	}
}

// client returns a client of the command's cluster.
func (w *walk) client(t *testing.T) kubernetes.Interface {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(w.dir, "corewarden-cluster-*", "admin.kubeconfig"))
	if err != nil || len(found) != 1 {
		t.Fatalf("there is no cluster's kubeconfig: %v %v", found, err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", found[0])
	if err != nil {
		t.Fatal(err)
	}
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func TestStaysUpUntilInterrupted(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.awaits(t, "kubectl rollout history")
	_, kubeconfig, found := strings.Cut(w.output.String(), "export KUBECONFIG=")
	kubeconfig, _, _ = strings.Cut(kubeconfig, "\n")
	if _, err := os.Stat(kubeconfig); !found || err != nil {
		t.Errorf("the KUBECONFIG to use is %q: %v", kubeconfig, err)
	}
	if err := w.child.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	w.ends(t, 0)
}
