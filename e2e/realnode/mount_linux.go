package realnode

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

func mount(source, target, kind string, flags uintptr, options string) error {
	if err := unix.Mount(source, target, kind, flags, options); err != nil {
		return fmt.Errorf("mount %s on %s: %w", source, target, err)
	}
	return nil
}

// bind shows a file or folder at another place too.
func bind(source, target string) error {
	return mount(source, target, "", unix.MS_BIND|unix.MS_REC, "")
}

// readOnly makes a folder of the machine read-only here.
func readOnly(dir string) error {
	if err := bind(dir, dir); err != nil {
		return err
	}
	return mount("", dir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
}

// mountSys shows the devices and cgroups of the namespaces that the caller is in.
func mountSys(all []hierarchy) error {
	if err := mount("sysfs", "/sys", "sysfs", 0, ""); err != nil {
		return err
	}
	return mountCgroups(all)
}

// protectMachine keeps the kubelet, and whatever else runs here, from changing the
// machine: its configuration, its programs and the settings of its kernel that are not a
// namespace's own.
func protectMachine() error {
	for _, path := range []string{"/etc", "/usr", "/opt", "/proc/sys/kernel", "/proc/sys/vm"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if err := readOnly(path); err != nil {
			return err
		}
	}
	return nil
}

// standInSettings gives a node files in the place of those settings of the kernel that its
// kubelet has to change, or it ends.
func standInSettings(dir string) error {
	for _, name := range []string{
		"vm/overcommit_memory", "vm/panic_on_oom",
		"kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes",
	} {
		path := "/proc/sys/" + name
		text, err := os.ReadFile(path)
		if err != nil {
			continue // another kernel
		}
		file := filepath.Join(dir, strings.ReplaceAll(name, "/", "."))
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
		if err := bind(file, path); err != nil {
			return err
		}
	}
	return nil
}

// mountNode gives a node folders of its own in the usual places. What is large stays on
// disk, so that it does not count as memory.
func mountNode(dir string) error {
	if err := mount("run", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	settings := filepath.Join(dir, "sysctl")
	if err := os.MkdirAll(settings, 0o755); err != nil {
		return err
	}
	if err := standInSettings(settings); err != nil {
		return err
	}
	for _, path := range []string{"/var/lib", "/var/log"} {
		own := filepath.Join(dir, path)
		if err := os.MkdirAll(own, 0o755); err != nil {
			return err
		}
		if err := bind(own, path); err != nil {
			return err
		}
	}
	return nil
}
