package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/metakube"
)

type options struct {
	Duration time.Duration
	Seed     uint64
	Nodes    int
	Broken   int
	Pinned   bool
	Output   io.Writer
	TempDir  string
}

const (
	// deadline of a rollout is short, so that one that is stuck does not hold up the rest.
	deadline = 20 * time.Second
	// soak is long enough to tell a pod that hangs from one that comes up, in whole seconds.
	soak = 2 * time.Second
	// patience is for the end, when nothing goes wrong any more.
	patience = 3 * time.Minute
)

// A chaos is one cluster in which things go wrong.
type chaos struct {
	cluster *controlplane.Cluster
	product *corewarden.Product
	api     kubernetes.Interface
	random  *rand.Rand
	out     io.Writer
	began   time.Time
	watcher *watcher
	// written counts contents, so that each is another.
	written int
}

// unleash starts a cluster, lets things go wrong in it for a while, and checks.
func unleash(ctx context.Context, o options) (err error) {
	stages, err := brokenStages(o)
	if err != nil {
		return err
	}
	cluster, err := controlplane.Start(ctx, controlplane.Options{Output: o.Output, TempDir: o.TempDir, Stages: stages})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	if err := metakube.Install(ctx, cluster); err != nil {
		return err
	}
	install := corewarden.Install
	if o.Pinned {
		install = corewarden.InstallPinned
	}
	product, err := install(ctx, cluster, "-rollout-deadline="+deadline.String(), "-rollout-soak="+soak.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, product.Kill()) }()
	config := cluster.Config()
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{}
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	c := &chaos{
		cluster: cluster, product: product, api: api, out: o.Output, began: time.Now(),
		random: rand.New(rand.NewPCG(o.Seed, 0)), watcher: &watcher{api: api, broken: int32(o.Broken), pinned: o.Pinned, staged: map[string]bool{}, told: map[string]bool{}},
	}
	if err := metakube.AddNodes(ctx, cluster, o.Nodes-metakube.Nodes); err != nil {
		return err
	}
	if err := c.breakNodes(ctx, o.Broken); err != nil {
		return err
	}
	c.say("seed %d, %d nodes and %d that are broken, pinned: %v, for %s", o.Seed, o.Nodes, o.Broken, o.Pinned, o.Duration)
	if err := c.begin(ctx); err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() { defer close(watched); c.watcher.watch(watching) }()
	err = c.goOn(ctx, o.Duration)
	if err == nil {
		err = c.calmDown(ctx)
	}
	stop()
	<-watched
	return errors.Join(err, c.verdict())
}

// goOn does one thing after the other.
func (c *chaos) goOn(ctx context.Context, d time.Duration) error {
	total := 0
	for _, a := range actions() {
		total += a.weight
	}
	for end := time.Now().Add(d); time.Now().Before(end); {
		pick := c.random.IntN(total)
		for _, a := range actions() {
			if pick -= a.weight; pick < 0 {
				c.say("%s", a.name)
				if a.outage {
					c.watcher.outage(true)
				}
				if err := a.do(c, ctx); err != nil {
					return fmt.Errorf("%s: %w", a.name, err)
				}
				break
			}
		}
		if err := c.pause(ctx, c.random.IntN(4000)); err != nil {
			return err
		}
		if err := c.revive(ctx); err != nil {
			return err
		}
		c.watcher.outage(false)
	}
	return nil
}

// begin writes for the first time, and waits until that is rolled out: only then do all pods
// mount what was staged for them.
func (c *chaos) begin(ctx context.Context) error {
	if err := c.write(ctx); err != nil {
		return err
	}
	return c.awaitRollout(ctx)
}

// calmDown heals what was broken, writes once more and waits until that is rolled out.
func (c *chaos) calmDown(ctx context.Context) error {
	c.say("calm")
	if err := c.revive(ctx); err != nil {
		return err
	}
	if err := c.heal(ctx, 1<<10); err != nil {
		return err
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	return c.awaitRollout(ctx)
}

// awaitRollout waits until both workloads run what is stored, and all their pods mount it.
func (c *chaos) awaitRollout(ctx context.Context) error {
	hash, err := c.stored(ctx)
	if err != nil {
		return err
	}
	last := ""
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if err := c.pause(ctx, 200); err != nil {
			return err
		}
		l, err := c.watcher.look(ctx)
		if err != nil {
			return err
		}
		mounted, err := c.watcher.mounts(ctx, hash)
		if err != nil {
			return err
		}
		if l.coreDNS.is(hash) && l.nodeLocalDNS.is(hash) && mounted {
			c.say("both workloads run what is stored")
			return nil
		}
		last = fmt.Sprintf("%+v", l)
	}
	return fmt.Errorf("not rolled out after %s: stored is %s, and the workloads are %s", patience, hash, last)
}

// verdict is what there is to complain about.
func (c *chaos) verdict() error {
	log := c.product.Log()
	if _, after, found := strings.Cut(log, "panic: "); found {
		c.watcher.violations = append(c.watcher.violations, "the webhook panicked: "+after[:min(len(after), 4000)])
	}
	c.say("seen: %d stamps of CoreDNS and %d of node-local-dns", c.watcher.stamps[0], c.watcher.stamps[1])
	if len(c.watcher.violations) == 0 {
		return nil
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"stamped"`) || strings.Contains(line, `"rollout"`) {
			fmt.Fprint(c.out, line)
		}
	}
	return errors.New(strings.Join(c.watcher.violations, "\n"))
}

func (c *chaos) say(format string, args ...any) {
	fmt.Fprintf(c.out, "%6.1fs  %s\n", time.Since(c.began).Seconds(), fmt.Sprintf(format, args...))
}

func (c *chaos) pause(ctx context.Context, milliseconds int) error {
	select {
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// revive starts the webhook where it has ended, as the kubelet does.
func (c *chaos) revive(ctx context.Context) error {
	if c.product.Ready(ctx) == nil {
		return nil
	}
	c.say("the webhook is started again")
	return errors.Join(c.product.Kill(), c.product.Start(ctx))
}
