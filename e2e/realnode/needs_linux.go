package realnode

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// NoNodes begins the line that says why there can be no nodes.
const NoNodes = "no real nodes on this machine:"

// programs are those that nodes need beside the parts, and the Debian packages with them.
var programs = map[string]string{
	"runc": "runc", "iptables": "iptables", "ip": "iproute2", "mount": "mount", "umount": "mount",
}

// Missing returns why there can be no nodes on this machine, nil if there can.
var Missing = sync.OnceValue(func() error {
	switch {
	case inside():
		return nil
	case os.Getenv(roleEnv) != "":
		// This is a trial, in a program that does not know it.
		return errors.New("the program does not call realnode.Main")
	}
	if os.Getuid() != 0 {
		return errors.New("needs root: kubelet and runc make cgroups, mounts and interfaces")
	}
	var names, packages []string
	for program, pkg := range programs {
		if _, err := exec.LookPath(program); err != nil {
			names, packages = append(names, program), append(packages, pkg)
		}
	}
	if names != nil {
		return fmt.Errorf("needs %s: apt-get install %s", strings.Join(names, ", "), strings.Join(packages, " "))
	}
	// A group is made for the trial alone: in a container it may be that none can.
	group, err := newCgroup()
	if err != nil {
		return fmt.Errorf("needs cgroups that can be made: %w", err)
	}
	if err := group.remove(); err != nil {
		return err
	}
	return tryNamespaces()
})

// Need skips a test where there can be no nodes, and says why. With COREWARDEN_REALNODES=require
// in the environment the test fails instead.
func Need(t testing.TB) {
	t.Helper()
	missing := Missing()
	switch {
	case missing == nil && inside():
	case missing == nil:
		t.Fatal("the package's TestMain does not call realnode.Main")
	case Required():
		t.Fatalf("%s %v (%s=require)", NoNodes, missing, requireEnv)
	default:
		t.Skip(NoNodes, missing)
	}
}

// tryNamespaces finds out what the kernel lets us do in namespaces, in a copy of this
// program.
func tryNamespaces() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	dir, err := os.MkdirTemp("", "corewarden-trial-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cmd := self(context.Background(), roleTrial)
	cmd.Env = append(cmd.Env, dirEnv+"="+dir)
	cmd.SysProcAttr = &unix.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC,
		Pdeathsig:  unix.SIGKILL,
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("this kernel does not let us: %w: %s", err, out)
	}
	return nil
}

// trial does once, in namespaces, what nodes need.
func trial() error {
	runtime.LockOSThread()
	dir := os.Getenv(dirEnv)
	if err := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := mount("proc", "/proc", "proc", 0, ""); err != nil {
		return err
	}
	for _, name := range []string{"lower", "upper", "work", "merged"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
	}
	overlay := fmt.Sprintf("lowerdir=%[1]s/lower,upperdir=%[1]s/upper,workdir=%[1]s/work", dir)
	if err := mount("overlay", filepath.Join(dir, "merged"), "overlay", 0, overlay); err != nil {
		return err
	}
	if err := mount("run", "/run", "tmpfs", 0, ""); err != nil {
		return err
	}
	for _, command := range []string{
		"ip link add trial type bridge",
		"ip link add trial0 type veth peer name trial1",
		"iptables -t nat -A OUTPUT -m comment --comment trial -m statistic --mode random --probability 0.5 -j MARK --or-mark 1",
		"iptables -t nat -A POSTROUTING -j MASQUERADE --random-fully",
	} {
		words := strings.Fields(command)
		if err := run(words[0], words[1:]...); err != nil {
			return err
		}
	}
	// A reply to a Service's client on the same node passes the bridge, where without this
	// nobody sets its address right.
	if _, err := os.Stat("/proc/sys/net/bridge/bridge-nf-call-iptables"); err != nil {
		return fmt.Errorf("needs the kernel's br_netfilter: modprobe br_netfilter: %w", err)
	}
	return nil
}
