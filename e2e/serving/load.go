package serving

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"corewarden/extraconfig"
)

// A Load is writes of the guarded ConfigMap at a steady rate. They are dry runs, for which
// the API server asks the webhooks as for any write.
type Load struct {
	api   kubernetes.Interface
	stop  context.CancelFunc
	ended sync.WaitGroup

	mu       sync.Mutex
	writes   int
	failures []Failure
}

// A Failure is a write that failed.
type Failure struct {
	Begin, End time.Time
	Err        error
}

// maxUnderWay is how many writes wait for their answers at most. A machine that cannot keep
// up with the rate gets fewer writes, not more and more at once.
const maxUnderWay = 32

// StartLoad begins to send rate writes a second.
func StartLoad(config *rest.Config, rate int) (*Load, error) {
	config = rest.CopyConfig(config)
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &Load{api: api, stop: stop}
	underWay := make(chan struct{}, maxUnderWay)
	l.ended.Go(func() {
		tick := time.NewTicker(time.Second / time.Duration(rate))
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				underWay <- struct{}{}
				l.ended.Go(func() {
					l.write(n)
					<-underWay
				})
			}
		}
	})
	return l, nil
}

func (l *Load) write(n int) {
	begin := time.Now()
	text := fmt.Sprintf("example.org {\n    forward . 10.%d.%d.%d\n}\n", n>>16&0xff, n>>8&0xff, n&0xff)
	_, err := l.api.CoreV1().ConfigMaps(extraconfig.Namespace).Apply(context.Background(),
		applycorev1.ConfigMap(extraconfig.Name, extraconfig.Namespace).WithData(map[string]string{"Corefile": text}),
		metav1.ApplyOptions{DryRun: []string{metav1.DryRunAll}, FieldManager: "load", Force: true})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
	if err != nil {
		l.failures = append(l.failures, Failure{Begin: begin, End: time.Now(), Err: err})
	}
}

// Writes returns how many writes were answered so far.
func (l *Load) Writes() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.writes
}

// Stop waits until all writes are answered, and returns how many there were and those that
// failed.
func (l *Load) Stop() (writes int, failures []Failure) {
	l.stop()
	l.ended.Wait()
	return l.writes, l.failures
}

// Counter returns the sum of a counter of the API server over all webhooks of Corewarden.
func Counter(ctx context.Context, api kubernetes.Interface, name string) (sum float64, err error) {
	text, err := api.CoreV1().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, name+"{") || !strings.Contains(line, `.corewarden.io"`) {
			continue
		}
		fields := strings.Fields(line)
		value, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			return 0, err
		}
		sum += value
	}
	return sum, nil
}

// Summary tells failures by message, with the times of the first and the last, for people.
func Summary(failures []Failure) string {
	alike := map[string][]Failure{}
	for _, f := range failures {
		alike[f.Err.Error()] = append(alike[f.Err.Error()], f)
	}
	const clock = "15:04:05.000"
	var text strings.Builder
	for message, all := range alike {
		fmt.Fprintf(&text, "%d times from %s to %s: %s\n", len(all), all[0].Begin.Format(clock), all[len(all)-1].End.Format(clock), message)
	}
	return text.String()
}
