<?php

function netstring($text) { return strlen((string) $text) . ":$text,"; }

function sign($kid, $secret, $template, $params, $format = 'png', $scale = 1, $open = null, $expires = '')
{
    $opened = array_unique($open ?? []);
    sort($opened, SORT_STRING);
    $locked = array_diff_key($params, array_flip($opened));
    ksort($locked, SORT_STRING);
    $fields = [$kid, $template, $format, $scale, $expires, '', '', count($locked)];
    foreach ($locked as $name => $text) array_push($fields, $name, $text);
    array_push($fields, count($opened), ...$opened);
    $key = hash_hmac('sha256', $open === null ? 'nameplate locked v1' : 'nameplate open v1', $secret, true);
    $seal = substr(hash_hmac('sha256', implode('', array_map('netstring', $fields)), $key), 0, 32);
    $query = [];
    foreach ($params as $name => $text) $query[] = "$name=" . (in_array($name, $opened, true) ? $text : rawurlencode($text));
    if ($open !== null) $query[] = '_open=' . implode(',', $opened);
    if ($expires !== '') $query[] = "_exp=$expires";
    $size = $scale === 1 ? '' : "@{$scale}x";
    return "/i/$template$size.$format?" . implode('&', [...$query, "_sig=$kid.$seal"]);
}
