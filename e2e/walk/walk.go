package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/extraconfig"
)

// A walker runs kubectl as a person would, shows what it says, and checks it.
type walker struct {
	ctx     context.Context
	cluster *controlplane.Cluster
	product *corewarden.Product
	out     io.Writer

	output string // of the last command
	failed bool   // whether the last command did
	err    error  // what was not as it should be, first of all
}

// A step is one thing that Corewarden does.
type step struct {
	title string
	take  func(*walker)
}

var steps = []step{
	{"A typo is rejected, and nothing is stored", rejectsTypos},
	{"A wrong key name is stored under its right one, with a warning, and both workloads roll out on their own", normalisesAndRollsOut},
	{"Applying the same again restarts nothing", appliesTheSame},
	{"A change of comments and blanks alone restarts nothing", appliesComments},
	{"A dry run tells the truth, and neither stores nor rolls out anything", dryRuns},
	{"A change of the content rolls out, under the key name that the writer chose", appliesAChange},
	{"Deleting the ConfigMap rolls out too", deletes},
}

// takeWalk takes every step. It ends at the first that does not do what it should.
func takeWalk(ctx context.Context, cluster *controlplane.Cluster, product *corewarden.Product, out io.Writer) error {
	w := &walker{ctx: ctx, cluster: cluster, product: product, out: out}
	for i, step := range steps {
		fmt.Fprintf(out, "\n%d. %s.\n", i+1, step.title)
		if step.take(w); w.err != nil {
			return fmt.Errorf("step %d, %q: %w", i+1, step.title, w.err)
		}
	}
	fmt.Fprintln(out)
	return nil
}

func rejectsTypos(w *walker) {
	before := w.stamps()
	w.kubectl("apply", "--filename", example("typo"))
	w.fails()
	w.says(`The ConfigMap "dns-extra-configs" is invalid`, "data[Corefile]: line 2, column 5:", `did you mean "forward"?`,
		"line 5, column 1:", "line 6, column 5:", "node-local-dns")
	w.kubectl("get", "--namespace=kube-system", "configmap", extraconfig.Name)
	w.fails()
	w.says("NotFound")
	w.same(before)
}

func normalisesAndRollsOut(w *walker) {
	before := w.stamps()
	w.kubectl("apply", "--filename", example("wrong-key"))
	w.succeeds()
	w.says("configmap/dns-extra-configs created", `Warning: key "example.org" renamed to "example.org.Corefile"`)
	w.kubectl("get", "--namespace=kube-system", "configmap", extraconfig.Name, `--output=jsonpath={.data}`)
	w.succeeds()
	w.says(`{"example.org.Corefile":"example.org {`)
	w.rollsOut(before)
}

func appliesTheSame(w *walker) {
	before := w.stamps()
	w.kubectl("apply", "--filename", example("wrong-key"))
	w.succeeds()
	w.same(before)
}

func appliesComments(w *walker) {
	before := w.stamps()
	w.afterReconcile(func() { w.kubectl("apply", "--filename", example("comments")); w.succeeds() })
	w.same(before)
}

func dryRuns(w *walker) {
	before, stored := w.stamps(), w.stored()
	w.kubectl("apply", "--dry-run=server", "--filename", example("typo"))
	w.fails()
	w.says(`did you mean "forward"?`)
	w.kubectl("apply", "--dry-run=server", "--filename", example("changed"))
	w.succeeds()
	w.says("(server dry run)")
	if now := w.stored(); now != stored {
		w.wrong("the dry run changed what is stored:\n%s", now)
	}
	w.same(before)
}

func appliesAChange(w *walker) {
	before := w.stamps()
	w.kubectl("apply", "--filename", example("changed"))
	w.succeeds()
	w.kubectl("get", "--namespace=kube-system", "configmap", extraconfig.Name, `--output=jsonpath={.data}`)
	w.says(`{"example.org.Corefile":"example.org {`, "10.0.0.54")
	w.rollsOut(before)
}

func deletes(w *walker) {
	before := w.stamps()
	w.kubectl("delete", "--namespace=kube-system", "configmap", extraconfig.Name)
	w.succeeds()
	w.rollsOut(before)
	for workload, stamp := range w.stamps() {
		if stamp.hash != extraconfig.EmptyHash {
			w.wrong("%s has the stamp %q, not that of no content", workload, stamp.hash)
		}
	}
}

// example names a manifest by a path that works from the repository's root.
func example(name string) string { return "e2e/walk/examples/" + name + ".yaml" }

func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// kubectl runs a command, and shows it and its reply.
func (w *walker) kubectl(args ...string) {
	if w.err != nil {
		return
	}
	fmt.Fprintf(w.out, "\n$ kubectl %s\n", strings.Join(quoted(args), " "))
	cmd := w.cluster.KubectlCommand(w.ctx, args...)
	cmd.Dir = root()
	output, err := cmd.CombinedOutput()
	w.output, w.failed = string(output), err != nil
	fmt.Fprintf(w.out, "%s\n", strings.TrimRight(w.output, "\n"))
}

func quoted(args []string) []string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		if quoted[i] = arg; strings.ContainsAny(arg, "{ ") {
			quoted[i] = "'" + arg + "'"
		}
	}
	return quoted
}

func (w *walker) wrong(format string, args ...any) {
	w.err = errors.Join(w.err, fmt.Errorf(format, args...))
}

func (w *walker) check(err error) {
	if err != nil {
		w.wrong("%w", err)
	}
}

func (w *walker) succeeds() {
	if w.err == nil && w.failed {
		w.wrong("the command failed: %s", w.output)
	}
}

func (w *walker) fails() {
	if w.err == nil && !w.failed {
		w.wrong("the command should fail and did not: %s", w.output)
	}
}

func (w *walker) says(texts ...string) {
	for _, text := range texts {
		if w.err == nil && !strings.Contains(w.output, text) {
			w.wrong("the reply should have %q and does not: %s", text, w.output)
		}
	}
}

// stamp is what tells of a rollout: the stamp, and how many pod templates there were.
type stamp struct {
	hash       string
	generation int
}

func workloads() []string { return []string{"deployment/coredns", "daemonset/node-local-dns"} }

func (w *walker) stamps() map[string]stamp {
	stamps := map[string]stamp{}
	for _, workload := range workloads() {
		hash, generation, err := w.product.Stamp(w.ctx, workload)
		w.check(err)
		stamps[workload] = stamp{hash, generation}
	}
	return stamps
}

func (w *walker) stored() string {
	stored, err := w.cluster.Kubectl(w.ctx, "get", "--namespace=kube-system", "configmap", extraconfig.Name, "--output=yaml")
	w.check(err)
	return stored
}

// same checks that nothing was rolled out.
func (w *walker) same(before map[string]stamp) {
	for workload, now := range w.stamps() {
		if now != before[workload] {
			w.wrong("%s was rolled out: its stamp was %v and is %v", workload, before[workload], now)
		}
	}
	if w.err == nil {
		fmt.Fprintln(w.out, "\n(neither workload was rolled out)")
	}
}

// rollsOut waits for the stamps to change and then for the rollouts, as a person would.
func (w *walker) rollsOut(before map[string]stamp) {
	if w.err != nil {
		return
	}
	for _, workload := range workloads() {
		w.check(w.product.AwaitStamp(w.ctx, workload, before[workload].hash))
		w.kubectl("rollout", "status", "--namespace=kube-system", workload, "--timeout=2m")
		w.succeeds()
	}
}

// afterReconcile makes a change of the ConfigMap and waits until the rollout controller
// has looked at it.
func (w *walker) afterReconcile(change func()) {
	if w.err == nil {
		w.check(w.product.AfterReconcile(w.ctx, func() error { change(); return w.err }))
	}
}
