package realnode

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	cgroupRoot = "/sys/fs/cgroup"
	// cgroupRetry is how often a removal is tried again: the kernel lets a cgroup go
	// only some time after its last process.
	cgroupRetry   = 20 * time.Millisecond
	cgroupTimeout = 10 * time.Second
)

// A hierarchy is a tree of cgroups: one for each controller in version 1, one for all in
// version 2.
type hierarchy struct {
	dir     string // where it is mounted
	options string // of the mount; empty for version 2
}

// hierarchies returns those of version 1, or where there are none that of version 2.
func hierarchies() ([]hierarchy, error) {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	var all []hierarchy
	for line := range strings.Lines(string(text)) {
		// id:controllers:path, such as "4:memory:/"; version 2 is "0::/".
		controllers := strings.SplitN(line, ":", 3)[1]
		if controllers == "" {
			continue
		}
		name, named := strings.CutPrefix(controllers, "name=")
		if named {
			controllers = "none," + controllers
		}
		all = append(all, hierarchy{filepath.Join(cgroupRoot, name), controllers})
	}
	if len(all) == 0 {
		all = []hierarchy{{dir: cgroupRoot}}
	}
	return all, nil
}

func (h hierarchy) v2() bool { return h.options == "" }

// A cgroup is a group in every hierarchy.
type cgroup []string

// newCgroup makes a group for this process' nodes, and removes what killed processes have
// left of theirs.
func newCgroup() (cgroup, error) {
	all, err := hierarchies()
	if err != nil {
		return nil, err
	}
	var group cgroup
	for _, h := range all {
		if err := removeStale(h.dir); err != nil {
			return nil, err
		}
		if h.v2() {
			if err := delegate(h.dir); err != nil {
				return nil, err
			}
		}
		dir := filepath.Join(h.dir, ownName())
		if err := makeGroup(dir); err != nil {
			return group, errors.Join(err, group.remove())
		}
		group = append(group, dir)
		if err := setWeight(dir); err != nil {
			return group, errors.Join(err, group.remove())
		}
	}
	return group, nil
}

// makeGroup makes one group. In version 1 a new cpuset has neither CPUs nor memory until
// it is given those of its parent, and no process may join it.
func makeGroup(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(dir), file))
		if err != nil {
			continue // another controller
		}
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// setWeight gives a group with many processes as much of a busy machine as many processes
// get. By default it has that of one.
func setWeight(dir string) error {
	for file, weight := range map[string]string{"cpu.shares": "20480", "cpu.weight": "2000"} { // 20 times the default
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			continue // another controller or version
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(weight), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// delegate hands a group's controllers on to its children, in version 2.
func delegate(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return err
	}
	for controller := range strings.FieldsSeq(string(text)) {
		if err := os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+controller), 0o644); err != nil {
			return fmt.Errorf("hand cgroup controller %s on: %w", controller, err)
		}
	}
	return nil
}

// join moves a process into the group; 0 is the caller.
func (g cgroup) join(pid int) error {
	for _, dir := range g {
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// remove removes the group and those in it, whose processes have ended or are about to.
func (g cgroup) remove() error {
	var errs []error
	for _, dir := range g {
		deadline := time.Now().Add(cgroupTimeout)
		err := removeTree(dir)
		for errors.Is(err, unix.EBUSY) && time.Now().Before(deadline) {
			time.Sleep(cgroupRetry)
			err = removeTree(dir)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// removeTree removes a group with all groups in it. Their files cannot and need not be
// removed.
func removeTree(dir string) error {
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, dir := range slices.Backward(dirs) {
		if err := unix.Rmdir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &fs.PathError{Op: "rmdir", Path: dir, Err: err}
		}
	}
	return nil
}

// removeStale removes groups whose makers were killed.
func removeStale(dir string) error {
	stale, err := madeByTheDead(dir)
	if err != nil {
		return err
	}
	for _, group := range stale {
		if err := (cgroup{group}).remove(); err != nil {
			return fmt.Errorf("left by a process that was killed: %w", err)
		}
	}
	return nil
}

// mountCgroups shows the cgroup namespace's tree in /sys/fs/cgroup.
func mountCgroups(all []hierarchy) error {
	if all[0].v2() {
		return mount("cgroup2", cgroupRoot, "cgroup2", 0, "")
	}
	if err := mount("cgroup", cgroupRoot, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	for _, h := range all {
		if err := os.Mkdir(h.dir, 0o755); err != nil {
			return err
		}
		if err := mount("cgroup", h.dir, "cgroup", 0, h.options); err != nil {
			return err
		}
	}
	return nil
}

// makeRoot makes the cgroup namespace's root one that can have groups with controllers: in
// version 2 it must not have processes of its own then.
func makeRoot(all []hierarchy) error {
	if !all[0].v2() {
		return nil
	}
	own := cgroup{filepath.Join(cgroupRoot, "init")}
	if err := makeGroup(own[0]); err != nil {
		return err
	}
	if err := own.join(0); err != nil {
		return err
	}
	return delegate(cgroupRoot)
}
