package realnode

import (
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

var absolutePath = regexp.MustCompile(`/\S+`)

// iptablesFiles returns what an image needs to run iptables, as arguments of the program that
// packs images: the machine's own program, since it has to write its rules by the same
// interface of the kernel as kube-proxy does, with its extensions and their libraries.
func iptablesFiles(ctx context.Context) ([]string, error) {
	program, err := exec.LookPath("iptables")
	if err != nil {
		return nil, err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return nil, err
	}
	args := []string{"-file", program + "=/usr/sbin/iptables", "-file", program + "=/usr/sbin/ip6tables"}
	extensions, err := filepath.Glob("/usr/lib/*/xtables")
	if err != nil {
		return nil, err
	}
	linked := []string{program}
	for _, dir := range extensions {
		args = append(args, "-file", dir+"="+dir)
		files, err := filepath.Glob(dir + "/*.so")
		if err != nil {
			return nil, err
		}
		linked = append(linked, files...)
	}
	out, err := exec.CommandContext(ctx, "ldd", linked...).Output()
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "\t") {
			continue // the name of a file that the following lines are about
		}
		if library := absolutePath.FindString(line); library != "" && !seen[library] {
			seen[library] = true
			args = append(args, "-file", library+"="+library)
		}
	}
	return args, nil
}
