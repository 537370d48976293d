(module
  (import "tfjs" "memory" (memory 0))

  ;; out[t] = Σ_i query[i] · keys[t · step + i], for t < count and i < dim.
  ;; Pointers are byte offsets; step and dim are counts of float32, dim a multiple of 4.
  (func (export "dots")
    (param $query i32) (param $keys i32) (param $step i32) (param $count i32) (param $dim i32) (param $out i32)
    (local $end i32) (local $i i32) (local $bytes i32) (local $sum v128)
    (local.set $bytes (i32.shl (local.get $dim) (i32.const 2)))
    (local.set $step (i32.shl (local.get $step) (i32.const 2)))
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $token
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $sum (v128.const f32x4 0 0 0 0))
        (local.set $i (i32.const 0))
        (loop $lane
          (local.set $sum
            (f32x4.add (local.get $sum)
              (f32x4.mul
                (v128.load (i32.add (local.get $query) (local.get $i)))
                (v128.load (i32.add (local.get $keys) (local.get $i))))))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $lane (i32.lt_u (local.get $i) (local.get $bytes))))
        (f32.store (local.get $out)
          (f32.add
            (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
            (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum)))))
        (local.set $keys (i32.add (local.get $keys) (local.get $step)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $token))))

  ;; out[i] = Σ_t weights[t] · values[t · step + i], for t < count and i < dim; sixteen features at a time where they are left.
  (func (export "weigh")
    (param $weights i32) (param $values i32) (param $step i32) (param $count i32) (param $dim i32) (param $out i32)
    (local $end i32) (local $value i32) (local $weight i32) (local $lastWeight i32) (local $w v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $step (i32.shl (local.get $step) (i32.const 2)))
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $dim) (i32.const 2))))
    (local.set $lastWeight (i32.add (local.get $weights) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $features
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $a (v128.const f32x4 0 0 0 0))
        (local.set $b (v128.const f32x4 0 0 0 0))
        (local.set $c (v128.const f32x4 0 0 0 0))
        (local.set $d (v128.const f32x4 0 0 0 0))
        (local.set $value (local.get $values))
        (local.set $weight (local.get $weights))
        (if (i32.ge_u (i32.sub (local.get $end) (local.get $out)) (i32.const 64))
          (then
            (loop $wide
              (local.set $w (v128.load32_splat (local.get $weight)))
              (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $w) (v128.load (local.get $value)))))
              (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $w) (v128.load offset=16 (local.get $value)))))
              (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $w) (v128.load offset=32 (local.get $value)))))
              (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $w) (v128.load offset=48 (local.get $value)))))
              (local.set $value (i32.add (local.get $value) (local.get $step)))
              (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
              (br_if $wide (i32.lt_u (local.get $weight) (local.get $lastWeight))))
            (v128.store (local.get $out) (local.get $a))
            (v128.store offset=16 (local.get $out) (local.get $b))
            (v128.store offset=32 (local.get $out) (local.get $c))
            (v128.store offset=48 (local.get $out) (local.get $d))
            (local.set $values (i32.add (local.get $values) (i32.const 64)))
            (local.set $out (i32.add (local.get $out) (i32.const 64))))
          (else
            (loop $narrow
              (local.set $w (v128.load32_splat (local.get $weight)))
              (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $w) (v128.load (local.get $value)))))
              (local.set $value (i32.add (local.get $value) (local.get $step)))
              (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
              (br_if $narrow (i32.lt_u (local.get $weight) (local.get $lastWeight))))
            (v128.store (local.get $out) (local.get $a))
            (local.set $values (i32.add (local.get $values) (i32.const 16)))
            (local.set $out (i32.add (local.get $out) (i32.const 16)))))
        (br $features))))
)
