// Package doctor runs kubectl corewarden against clusters of tests. Its tests break things
// there and require that the doctor finds them.
package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"corewarden/doctor"
	"corewarden/e2e/controlplane"
)

// A Plugin is the program kubectl-corewarden, which kubectl finds on its PATH.
type Plugin struct {
	cluster *controlplane.Cluster
	folder  string
}

// Build builds the plugin for a cluster.
func Build(ctx context.Context, cluster *controlplane.Cluster) (*Plugin, error) {
	p := &Plugin{cluster, filepath.Join(cluster.Dir(), "plugins")}
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(p.folder, "kubectl-corewarden"), "corewarden/cmd/kubectl-corewarden")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	return p, nil
}

// A Result is what the plugin printed and how it ended.
type Result struct {
	Stdout, Stderr string
	Code           int
}

// Run runs "kubectl corewarden" with the arguments.
func (p *Plugin) Run(ctx context.Context, args ...string) (Result, error) {
	cmd := p.cluster.KubectlCommand(ctx, append([]string{"corewarden"}, args...)...)
	cmd.Env = append(cmd.Env, "PATH="+p.folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return Result{}, err
	}
	return Result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, nil
}

// Report runs the doctor, whose exit code has to fit what it says.
func (p *Plugin) Report(ctx context.Context, args ...string) (doctor.Report, error) {
	var report doctor.Report
	r, err := p.Run(ctx, append([]string{"doctor", "--output=json"}, args...)...)
	if err != nil {
		return report, err
	}
	if err := json.Unmarshal([]byte(r.Stdout), &report); err != nil {
		return report, fmt.Errorf("doctor prints no JSON document: %w\n%s%s", err, r.Stdout, r.Stderr)
	}
	if failed := r.Code == 1; failed != report.Failed() || r.Code > 1 {
		return report, fmt.Errorf("doctor ends with %d, and %d checks failed", r.Code, report.Counts[doctor.Failed])
	}
	return report, nil
}
