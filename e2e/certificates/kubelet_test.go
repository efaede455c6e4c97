package certificates_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// mountDelay is after how long pods see what a Secret holds. It stands for the kubelet's 30
// to 100 seconds.
const mountDelay = 3 * time.Second

// mount shows the serving certificate's Secret in a folder as the kubelet does, until the
// test ends: late, all of it at once, and nothing while there is no Secret, since the volume
// is optional.
func (s *site) mount(t *testing.T, folder string) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		shown := map[string][]byte{}
		for version := 0; ctx.Err() == nil; version++ {
			data, err := s.secretChanges(ctx, shown)
			if err != nil {
				continue // the test is over, or the API server is not there
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(mountDelay):
			}
			if err := show(folder, version, data); err != nil {
				t.Error(err)
				return
			}
			shown = data
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// secretChanges waits until the Secret holds something else.
func (s *site) secretChanges(ctx context.Context, than map[string][]byte) (map[string][]byte, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		secret, err := s.api.CoreV1().Secrets(namespace).Get(ctx, leafSecret, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			secret, err = &corev1.Secret{}, nil
		}
		if err != nil {
			return nil, err
		}
		if !maps.EqualFunc(secret.Data, than, func(a, b []byte) bool { return string(a) == string(b) }) {
			return secret.Data, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// show writes a new folder, points ..data at it and removes the one before.
func show(folder string, version int, data map[string][]byte) error {
	name := fmt.Sprintf("..version%d", version)
	if err := os.MkdirAll(filepath.Join(folder, name), 0o700); err != nil {
		return err
	}
	for file, text := range data {
		if err := os.WriteFile(filepath.Join(folder, name, file), text, 0o600); err != nil {
			return err
		}
	}
	before, _ := os.Readlink(filepath.Join(folder, "..data"))
	if err := os.Symlink(name, filepath.Join(folder, "..data_tmp")); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(folder, "..data_tmp"), filepath.Join(folder, "..data")); err != nil {
		return err
	}
	for _, file := range []string{corev1.TLSCertKey, corev1.TLSPrivateKeyKey} {
		link := filepath.Join(folder, file)
		if _, err := os.Lstat(link); data[file] != nil && os.IsNotExist(err) {
			err = os.Symlink(filepath.Join("..data", file), link)
			if err != nil {
				return err
			}
		} else if data[file] == nil && err == nil {
			if err := os.Remove(link); err != nil {
				return err
			}
		}
	}
	if before == "" {
		return nil
	}
	return os.RemoveAll(filepath.Join(folder, before))
}
